// Real limits in a short window: many calls at once all succeed, and not one is refused on the way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { useEmulator, ZEROS } from "./support.mjs";

const SECONDS = 2;
const CALLS = 200;
const emulator = useEmulator("--window-seconds", String(SECONDS));

test(`${CALLS} calls of one operation at once all succeed, and none of them meets a 429`, { timeout: 120_000 }, async () => {
  const instance = emulator.instance({ rateWindow: SECONDS * 1_000 });
  const { limit } = instance.rateLimit("getAccountV2");
  assert.ok(CALLS > 3 * limit, "the calls must fill several windows");
  const responses = await Promise.all(Array.from({ length: CALLS }, () => instance.cms.getAccountV2(ZEROS)));
  assert.deepEqual([...new Set(responses.map(({ reason }) => reason))], [null]);
  const statuses = (await emulator.journal()).map(({ status }) => status);
  assert.deepEqual([statuses.length, ...new Set(statuses)], [CALLS, 200]);
});

/** What is no window, and the error. */
const WRONG = [
  ["2", TypeError],
  [-1, RangeError],
  [NaN, RangeError],
];

for (const [rateWindow, Class] of WRONG) {
  test(`rateWindow is refused as ${typeof rateWindow} ${rateWindow}`, () => {
    assert.throws(() => emulator.instance({ rateWindow }), { name: Class.name, argument: "rateWindow" });
  });
}
