// Makes calls one after another, and prints what became of each: `cargo xtask share` and the gateway's demo start several.
// How they share their key, the environment says.

import { instance as sonoran } from "sonoran.js";

const [url, calls, window, ceiling] = process.argv.slice(2);
const instance = sonoran({
  apiKey: "YOUR_API_KEY",
  communityId: "YOUR_COMMUNITY_ID",
  apiUrl: url,
  rateWindow: Number(window) * 1000,
  ceilings: { getAccountV2: Number(ceiling) },
});
for (let call = 0; call < Number(calls); call += 1) {
  const response = await instance.cms.getAccountV2("00000000-0000-0000-0000-000000000000");
  console.log(response.status, response.attempts);
}
