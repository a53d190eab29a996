// Attempts, told to whoever listens, and the end of an instance.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import test from "node:test";
import { KEY, ZEROS, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const down = { operation: "getAccountV2", action: { type: "respond", status: 503 } };

/** What comes later than the answer, since both cross from another thread. */
async function eventually(done) {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("onAttempt is told of each attempt", async () => {
  await emulator.admin("POST", "faults", down);
  const told = [];
  const instance = emulator.instance({ onAttempt: (attempt) => told.push(attempt) });
  const { requestId } = await instance.cms.getAccountV2(ZEROS);
  await eventually(() => told.length === 2);
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
  await eventually(() => told.length === 1);
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
  await eventually(() => told.length === 1);
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
    // The line is written before it is told, which may be after the answer.
    const alive = setInterval(() => {}, 1_000);
    const onAttempt = () => clearInterval(alive);
    Sonoran.instance({ apiKey: "${KEY}", communityId: "YOUR_COMMUNITY_ID", onAttempt }).cms.getCommunityV2();`;
  const env = { ...process.env, NODE_DEBUG: "sonoran", SONORAN_CMS_API_URL: emulator.url };
  const code = `require("node:child_process").spawnSync(process.execPath, ["-e", ${JSON.stringify(program)}], { stdio: ["ignore", "ignore", 1] })`;
  const written = execFileSync(process.execPath, ["-e", code], { env, encoding: "utf8" });
  assert.match(written, /^SONORAN \d+: getCommunityV2 attempt 1, \d+ ms: status 200\n/);
});

test("an onAttempt that is no function is refused", () => {
  assert.throws(() => emulator.instance({ onAttempt: 1 }), /^TypeError.*onAttempt must be a function, not a number/);
});

test("close ends the calls under way, and later ones", async () => {
  await emulator.admin("POST", "faults", { delay: 60_000, times: "always", action: { type: "none" } });
  const aborted = { name: "AbortError", message: /closed: make a new one/ };
  const options = { ceilings: { getAccountV2: 1 }, rateLimit: "wait" };
  const instance = emulator.instance(options);
  const [answer, slot] = [instance.cms.getAccountV2(ZEROS), instance.cms.getAccountV2(ZEROS)];
  while (instance.rateLimit("getAccountV2").waiting === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  instance.close();
  instance.close();
  await assert.rejects(answer, aborted);
  await assert.rejects(slot, aborted);
  await assert.rejects(instance.cms.getCommunityV2(), aborted);
  // Another with the same credential goes on.
  await emulator.reset();
  assert.ok((await emulator.instance().cms.getCommunityV2()).success);
});
