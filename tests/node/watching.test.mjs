// Calls and their attempts, told to whoever listens.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { execFileSync } from "node:child_process";
import { channel, tracingChannel } from "node:diagnostics_channel";
import test from "node:test";
import { runtime } from "./runtime.mjs";
import { KEY, ZEROS, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const down = { operation: "getAccountV2", action: { type: "respond", status: 503 } };

/** What comes at a later turn of the loop. */
async function eventually(done) {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("onAttempt is told of each attempt before the call is over", async () => {
  await emulator.admin("POST", "faults", down);
  const told = [];
  const instance = emulator.instance({ onAttempt: (attempt) => told.push(attempt) });
  const { requestId } = await instance.cms.getAccountV2(ZEROS);
  const [first, second] = told;
  assert.deepEqual([first.operation, first.number, first.status, first.kind], ["getAccountV2", 1, 503, null]);
  assert.ok(first.pause > 0 && first.elapsed > 0);
  assert.deepEqual([second.number, second.status, second.pause, second.requestId], [2, 200, null, requestId]);
  assert.ok(!JSON.stringify(told).includes(KEY));
});

test("of a lost attempt it is told why", async () => {
  const told = [];
  const options = { apiUrl: "http://127.0.0.1:9", retries: 0, onAttempt: (attempt) => told.push(attempt) };
  const { reason } = await emulator.instance(options).cms.getCommunityV2();
  assert.deepEqual([told[0].status, told[0].kind, told[0].reason], [null, "connect", reason]);
});

test("what it throws, or its promise rejects with, is a warning", async () => {
  const warnings = [];
  const listen = (warning) => warnings.push(warning);
  process.on("warning", listen);
  const hooks = [
    () => {
      throw new Error("thrown");
    },
    () => Promise.reject(new Error("rejected")),
  ];
  for (const onAttempt of hooks) {
    assert.ok((await emulator.instance({ onAttempt }).cms.getCommunityV2()).success);
  }
  await eventually(() => warnings.length === 2);
  process.off("warning", listen);
  assert.match(warnings[0].message, /^onAttempt failed: Error: thrown/);
  assert.match(warnings[1].message, /^onAttempt failed: Error: rejected/);
});

test("a subscriber of the channel is told of instances that are older than it", async () => {
  const instance = emulator.instance();
  await instance.cms.getCommunityV2();
  const told = [];
  const listen = (attempt) => told.push(attempt);
  channel("sonoran:attempt").subscribe(listen);
  await instance.cms.getAccountV2(ZEROS);
  channel("sonoran:attempt").unsubscribe(listen);
  await instance.cms.getAccountV2(ZEROS);
  assert.deepEqual(
    told.map(({ operation }) => operation),
    ["getAccountV2"],
  );
});

test("NODE_DEBUG=sonoran writes a line for each attempt", () => {
  const program = `
    const Sonoran = require("sonoran.js");
    Sonoran.instance({ apiKey: "${KEY}", communityId: "YOUR_COMMUNITY_ID" }).cms.getCommunityV2();`;
  const env = { ...process.env, NODE_DEBUG: "sonoran", SONORAN_CMS_API_URL: emulator.url };
  const code = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(program)}], { stdio: ["ignore", "ignore", 1] })`;
  const written = execFileSync(process.execPath, ["-e", code], { env, encoding: "utf8" });
  // Bun knows no NODE_DEBUG.
  if (runtime === "Bun") return assert.equal(written, "");
  assert.match(written, /^SONORAN \d+: getCommunityV2 attempt 1, \d+ ms: status 200\n/);
});

test("an onAttempt that is no function is refused", () => {
  assert.throws(() => emulator.instance({ onAttempt: 1 }), /^TypeError.*onAttempt must be a function, not a number/);
});

const calls = tracingChannel("sonoran:call");

/** What the channel tells while this runs, as [event, what was told]. */
async function heard(run) {
  const told = [];
  const events = ["start", "end", "asyncStart", "asyncEnd", "error"];
  const listeners = Object.fromEntries(events.map((event) => [event, (call) => told.push([event, call])]));
  const onAttempt = (attempt) => told.push(["attempt", attempt.call]);
  calls.subscribe(listeners);
  channel("sonoran:attempt").subscribe(onAttempt);
  try {
    await run();
  } finally {
    calls.unsubscribe(listeners);
    channel("sonoran:attempt").unsubscribe(onAttempt);
  }
  return told;
}

test("the tracing channel tells of a call, which its attempts belong to", async () => {
  await emulator.admin("POST", "faults", down);
  let response;
  const told = await heard(async () => (response = await emulator.instance().cms.getAccountV2(ZEROS)));
  assert.deepEqual(
    told.map(([event]) => event),
    ["start", "end", "attempt", "attempt", "asyncStart", "asyncEnd"],
  );
  const [[, call]] = told;
  assert.ok(told.every(([, other]) => other === call));
  assert.equal(call.operation, "getAccountV2");
  assert.equal(call.result, response);
});

test("calls at the same time are told apart", async () => {
  const { cms } = emulator.instance();
  const told = await heard(() => Promise.all([cms.getAccountV2(ZEROS), cms.getAccountV2(ZEROS)]));
  const attempts = told.filter(([event]) => event === "attempt").map(([, call]) => call);
  assert.equal(new Set(attempts).size, 2);
  assert.deepEqual(new Set(attempts), new Set(told.filter(([event]) => event === "start").map(([, call]) => call)));
});

for (const [what, call, name] of [
  ["misuse", (cms) => cms.getAccountV2("no-uuid"), "RangeError"],
  ["an abort", (cms) => cms.getAccountV2(ZEROS, AbortSignal.abort()), "AbortError"],
]) {
  test(`of ${what} the tracing channel tells an error, whose stack has the caller's line`, async () => {
    async function caller() {
      await call(emulator.instance().cms);
    }
    let error;
    const told = await heard(() => caller().catch((caught) => (error = caught)));
    assert.deepEqual(
      told.map(([event]) => event),
      ["start", "end", "error", "asyncStart", "asyncEnd"],
    );
    assert.equal(told[2][1].error, error);
    assert.equal(error.name, name);
    // A signal's reason was made where it was aborted.
    if (name === "RangeError") assert.match(error.stack, /at async caller /);
  });
}

test("stores that are bound to the channel hold during the call, and its caller's hold for its attempts", async () => {
  const [bound, callers] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
  calls.start.bindStore(bound, ({ operation }) => operation);
  const seen = [];
  const listen = () => seen.push(callers.getStore());
  channel("sonoran:attempt").subscribe(listen);
  try {
    // The payload is read while the call begins.
    const payload = { newName: "Alex", toJSON: () => (seen.push(bound.getStore()), { newName: "Alex" }) };
    await callers.run("mine", () => emulator.instance().cms.setAccountNameV2(ZEROS, payload));
  } finally {
    calls.start.unbindStore(bound);
    channel("sonoran:attempt").unsubscribe(listen);
  }
  assert.deepEqual(seen, ["setAccountNameV2", "mine"]);
});
