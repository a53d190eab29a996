// Makes calls one after another, and prints what became of each: `cargo xtask share` starts several.

import { instance as sonoran } from "sonoran.js";

const [url, shared, calls, window, ceiling] = process.argv.slice(2);
const through = shared.includes(":") ? { shareLimits: shared } : { shareLimits: "machine", shareLimitsFolder: shared };
const instance = sonoran({
  apiKey: "YOUR_API_KEY",
  communityId: "YOUR_COMMUNITY_ID",
  apiUrl: url,
  rateWindow: Number(window) * 1000,
  ceilings: { getAccountV2: Number(ceiling) },
  ...through,
});
for (let call = 0; call < Number(calls); call += 1) {
  const response = await instance.cms.getAccountV2("00000000-0000-0000-0000-000000000000");
  console.log(response.status, response.attempts);
}
