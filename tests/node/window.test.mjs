// Real limits in a short window: many calls at once all succeed, and not one is refused on the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { useEmulator, ZEROS } from "./support.mjs";

const SECONDS = 1;
const CEILING = 100;
const CALLS = 1_000;
const emulator = useEmulator("--window-seconds", String(SECONDS));

test(`${CALLS} calls of one operation at once all succeed, and none of them meets a 429`, { timeout: 120_000 }, async () => {
  await emulator.admin("PUT", "limits", { overrides: { getAccountV2: CEILING } });
  const told = [];
  const onWait = ({ operation, waited, expected }) => told.push([operation, waited >= 1, expected >= 0]);
  const instance = emulator.instance({ rateWindow: SECONDS * 1_000, ceilings: { getAccountV2: CEILING }, onWait });
  const responses = await Promise.all(Array.from({ length: CALLS }, () => instance.cms.getAccountV2(ZEROS)));
  assert.deepEqual([...new Set(responses.map(({ reason }) => reason))], [null]);
  const statuses = (await emulator.journal()).map(({ status }) => status);
  assert.deepEqual([statuses.length, ...new Set(statuses)], [CALLS, 200]);
  assert.deepEqual([...new Set(responses.map(({ attempts }) => attempts))], [1]);
  const longest = Math.max(...responses.map(({ waited }) => waited));
  assert.ok(longest > (CALLS / CEILING - 2) * SECONDS && longest < 100, `${longest}`);
  // Those behind the first windows have waited for more than a second, each of them told of once.
  assert.ok(told.length >= CALLS - 4 * CEILING && told.length <= CALLS - CEILING, `${told.length}`);
  assert.deepEqual([...new Set(told.map(String))], ["getAccountV2,true,true"]);
});

/** What is no window, and the error. */
const WRONG = [
  ["2", TypeError],
  [-1, RangeError],
  [NaN, RangeError],
];

test("rateWindow in seconds is refused, where the API is not on this machine", () => {
  const credential = { apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID", apiUrl: "https://api.sonorancms.com" };
  assert.throws(() => Sonoran.instance({ ...credential, rateWindow: 60 }), {
    name: "RangeError",
    argument: "rateWindow",
    message: "rateWindow is in milliseconds, and 60 of them are less than any service counts for: 60 seconds are 60000",
  });
  Sonoran.instance({ ...credential, rateWindow: 1_000 }).close();
  emulator.instance({ rateWindow: 60 }).close();
});

for (const [rateWindow, Class] of WRONG) {
  test(`rateWindow is refused as ${typeof rateWindow} ${rateWindow}`, () => {
    assert.throws(() => emulator.instance({ rateWindow }), { name: Class.name, argument: "rateWindow" });
  });
}
