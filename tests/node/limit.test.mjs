// The rate limit as it can be seen: its state, and the callback for long waits.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deferred } from "./events.mjs";
import { documentedCalls, useEmulator } from "./support.mjs";

const emulator = useEmulator();
// The limit belongs to the process and the key, so each test has one of its own.
let keys = 0;
const ownKey = () => `LIMIT_TEST_${(keys += 1)}`;

test("the state of an operation that was not called", async () => {
  const instance = emulator.instance({ apiKey: ownKey(), ceilings: { getCommunityV2: 3 } });
  const fresh = { limit: 3, free: 3, waiting: 0, nextFreeIn: null, frozen: false };
  assert.deepEqual(instance.rateLimit("getCommunityV2"), fresh);
  assert.deepEqual(await emulator.journal(), []);
});

test("the state tells of slots taken and of calls that wait", async () => {
  const instance = emulator.instance({ apiKey: ownKey(), ceilings: { getCommunityV2: 2 } });
  await instance.cms.getCommunityV2();
  assert.equal(instance.rateLimit("getCommunityV2").free, 1);
  await instance.cms.getCommunityV2();
  const controller = new AbortController();
  const waiter = instance.cms.getCommunityV2(controller.signal);
  // The call is on its way to the limiter's thread.
  let state = instance.rateLimit("getCommunityV2");
  while (state.waiting === 0) {
    await new Promise(setImmediate);
    state = instance.rateLimit("getCommunityV2");
  }
  assert.deepEqual({ ...state, nextFreeIn: null }, { limit: 2, free: 0, waiting: 1, nextFreeIn: null, frozen: false });
  assert.ok(state.nextFreeIn > 20 && state.nextFreeIn <= 61, `${state.nextFreeIn}`);
  controller.abort();
  await assert.rejects(waiter);
});

test("two instances with one key see the same", async () => {
  const options = { apiKey: ownKey(), ceilings: { getCommunityV2: 2 } };
  const [one, two] = [emulator.instance(options), emulator.instance(options)];
  await one.cms.getCommunityV2();
  assert.equal(two.rateLimit("getCommunityV2").free, 1);
});

test("every operation has a limit", () => {
  const instance = emulator.instance({ apiKey: ownKey() });
  for (const { method } of documentedCalls) assert.ok(instance.rateLimit(method).limit > 0, method);
});

/** What is no operation, and the error. */
const WRONG = [
  ["getNothingV2", RangeError],
  ["", RangeError],
  ["toString", RangeError],
  [undefined, TypeError],
  [7, TypeError],
  [["getCommunityV2"], TypeError],
];

for (const [operation, Class] of WRONG) {
  test(`the limit of ${JSON.stringify(operation)} is refused`, () => {
    const refusal = { name: Class.name, argument: "operation", code: "ERR_SONORAN_ARGUMENT" };
    assert.throws(() => emulator.instance().rateLimit(operation), refusal);
  });
}

/** Makes a call that will wait for most of a minute; gives what ends it. */
async function waiter(onWait) {
  const { cms } = emulator.instance({ apiKey: ownKey(), ceilings: { getCommunityV2: 1 }, onWait });
  await cms.getCommunityV2();
  const controller = new AbortController();
  const call = cms.getCommunityV2(controller.signal).catch(() => {});
  return async () => {
    controller.abort();
    await call;
  };
}

test("onWait is called once a wait passes a second", async () => {
  const { promise, resolve } = deferred();
  const end = await waiter(resolve);
  const { operation, waited, expected } = await promise;
  assert.equal(operation, "getCommunityV2");
  assert.ok(waited >= 1 && waited < 30, `${waited}`);
  assert.ok(expected > 20 && expected < 61, `${expected}`);
  await end();
});

for (const way of ["throws", "rejects"]) {
  test(`an onWait that ${way} is a warning`, async () => {
    const warned = once(process, "warning");
    const end = await waiter(() => {
      const error = new Error("it broke");
      if (way === "rejects") return Promise.reject(error);
      throw error;
    });
    assert.match((await warned)[0].message, /^onWait failed: Error: it broke/);
    await end();
  });
}

test("an instance with onWait keeps nothing alive", async () => {
  const options = JSON.stringify(emulator.options());
  const script = `
    const instance = require("sonoran.js").instance({ ...${options}, onWait() {} });
    instance.cms.getCommunityV2().then(({ success }) => console.log(success));
  `;
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", script], { cwd });
  assert.equal(stdout, "true\n");
});

test("onWait is refused as a text", () => {
  assert.throws(() => emulator.instance({ onWait: "log" }), { name: "TypeError", argument: "onWait" });
});
