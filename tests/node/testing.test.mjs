// The test kit: worlds, what they tell, and what comes of a slip.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import test, { after, afterEach, before, beforeEach } from "node:test";
import { promisify } from "node:util";
import Sonoran from "sonoran.js";
import { Emulator, EmulatorError, guard, useWorld } from "sonoran.js/testing";
import { files } from "./page.mjs";
import { runtime } from "./runtime.mjs";
import { KEY, ZEROS } from "./support.mjs";

const world = useWorld({ after, afterEach, beforeEach });

let kit;
before(async () => (kit = await Emulator.start()));
after(() => kit.stop());

test("worlds see nothing of each other", async () => {
  const other = await kit.world();
  const payload = { accId: ZEROS, add: ["rank-3"] };
  (await world().instance().cms.setAccountRanksV2(ZEROS, payload)).unwrap();
  const ranks = async (of) => (await of.instance().cms.getAccountV2(ZEROS)).unwrap().ranks;
  assert.ok((await ranks(world())).includes("rank-3"));
  assert.ok(!(await ranks(other)).includes("rank-3"));
  assert.deepEqual(
    (await other.journal()).map(({ name }) => name),
    ["getAccountV2"],
  );
  await other.delete();
  assert.equal((await other.instance().cms.getCommunityV2()).error.kind, "auth");
});

test("the default world is the documented one, and stays", async () => {
  assert.deepEqual([kit.default.key, kit.default.communityId], [KEY, "YOUR_COMMUNITY_ID"]);
  await kit.default.delete();
  assert.ok((await kit.default.instance().cms.getCommunityV2()).success);
});

test("an instance that the tested code makes calls the emulator", async () => {
  const { key: apiKey, communityId } = world();
  const made = Sonoran.instance({ apiKey, communityId, product: Sonoran.productEnums.CMS });
  assert.ok((await made.cms.getCommunityV2()).success);
  await world().assertCalled("getCommunityV2");
});

test("the journal tells and is asked", async () => {
  const { cms } = world().instance();
  await cms.getAccountsV2({ take: 5 });
  await cms.setAccountNameV2(ZEROS, { newName: "Alex" });
  const [asked, renamed] = await world().journal();
  assert.deepEqual([asked.name, asked.query, asked.status], ["getAccountsV2", { take: "5" }, 200]);
  assert.deepEqual([renamed.method, renamed.body.newName], ["PATCH", "Alex"]);
  assert.deepEqual(await world().journal({ operation: "getAccountsV2", since: asked.number }), []);
  assert.deepEqual(await world().journal({ limit: 1 }), [renamed]);
  await world().assertCalled("setAccountNameV2", { body: { newName: "Alex" }, count: 1 });
  await world().assertCalled("getAccountsV2", { query: { take: 5 }, headers: { Accept: "application/json" } });
  await assert.rejects(world().assertCalled("setAccountNameV2", { body: { newName: "Sam" } }), (error) => {
    assert.ok(error instanceof assert.AssertionError);
    assert.match(error.message, /found 0 among 2.*\n.*"newName":"Alex".*differs in body/);
    return true;
  });
  await world().clearJournal();
  await world().assertCalled(undefined, { count: 0 });
});

for (const [slip, says] of [
  [(world) => world.assertCalled("getAcountV2"), /getAccountV2/],
  [(world) => world.journal({ operation: "getAcountV2" }), /getAccountV2/],
  [(world) => world.fault({ action: { type: "respond", status: 7 } }), /status/],
  [(world) => world.fault({ opration: "getAccountV2" }), /opration/],
  [(world) => world.sendEvent("ACCOUNT_KICKD"), /ACCOUNT_KICKED/],
  [(world) => world.freeze("yesterday"), /yesterday/],
  [(world) => world.limits({ overrides: { nonsense: 1 } }), /nonsense/],
  [(world) => world.change({ keys: [] }), /key/],
]) {
  test(`a slip is refused in words: ${says}`, async () => {
    await assert.rejects(slip(world()), (error) => error instanceof RangeError && says.test(error.message));
  });
}

test("faults", async () => {
  const { cms } = world().instance({ retries: 0 });
  await world().fault({ operation: "getAccountV2", times: 2, action: { type: "respond", status: 503 } });
  const kinds = [];
  for (let call = 0; call < 3; call++) kinds.push((await cms.getAccountV2(ZEROS)).error?.kind);
  assert.deepEqual(kinds, ["unavailable", "unavailable", undefined]);
  await world().fault({ delay: 1, times: "always", action: { type: "reset" } });
  await world().clearFaults();
  assert.ok((await cms.getAccountV2(ZEROS)).success);
  assert.equal((await world().journal({ outcome: "fault" })).length, 2);
});

test("limits and the clock", async () => {
  const { overrides } = await world().limits({ enabled: true, overrides: { getAccountV2: 1 } });
  assert.deepEqual(overrides, { getAccount: 1 });
  const { cms } = world().instance({ rateLimit: "off", retries: 0 });
  const status = async () => (await cms.getAccountV2(ZEROS)).status;
  const statuses = [await status(), await status()];
  await world().advance(61_000);
  assert.deepEqual([...statuses, await status()], [200, 429, 200]);
  await world().freeze(new Date("2027-01-02T03:04:00+02:00"));
  await world().advance(500);
  assert.equal((await world().now()).toISOString(), "2027-01-02T01:04:00.500Z");
});

test("the state", async () => {
  const accId = "99999999-9999-4999-8999-999999999999";
  await world().change({ accounts: [{ accId, accName: "Alex", ranks: ["rank-1"] }] });
  const { cms } = world().instance();
  assert.equal((await cms.getAccountV2(accId)).unwrap().accName, "Alex");
  const kept = await world().state();
  assert.equal((await world().generate(20, { seed: 7 })).accounts, 20);
  assert.ok((await cms.getAccountsV2()).unwrap().total > 20);
  await world().load(kept);
  assert.deepEqual(await world().state(), kept);
  await world().reset({ strict: true });
  assert.equal((await cms.getAccountV2(accId)).status, 404);
  assert.match((await cms.setAccountNameV2(ZEROS, { newname: "Alex" })).reason, /newName/);
});

test("push events bear the world's key", async () => {
  const bodies = [];
  const server = http.createServer(async (request, answer) => {
    bodies.push(JSON.parse(Buffer.concat(await request.toArray()).toString()));
    answer.writeHead(204).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await world().sendEventsTo(`http://127.0.0.1:${server.address().port}`);
    const delivered = await world().sendEvent("ACCOUNT_KICKED");
    assert.deepEqual(
      delivered.map(({ status }) => status),
      [204],
    );
    assert.equal(bodies[0].key, world().key);
  } finally {
    server.close();
  }
});

test("an emulator ends, and says why it does not start", async () => {
  const emulator = await Emulator.start({ limits: true, strict: true });
  await emulator.stop();
  await emulator.stop();
  await assert.rejects(emulator.world(), EmulatorError);
  await assert.rejects(Emulator.start({ program: "/nothing" }), /cannot be started/);
  await assert.rejects(Emulator.start({ seedFile: "/nothing.json" }), /before it was ready/);
});

/** Runs a file of tests, here, where it finds the package; gives what its runner prints. */
async function suite(context, name, code) {
  const folder = mkdtempSync(fileURLToPath(new URL("suite-", import.meta.url)));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), code);
  // Without it, it would take itself for a part of this suite.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const runner = { Node: ["--test", "--test-reporter=tap"], Bun: ["test"], Deno: ["test", "-A", "--no-check"] }[runtime];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...runner, join(folder, name)], { env, timeout: 60_000 });
  return stdout + stderr;
}

test("the suite of the package's page passes", async (context) => {
  const [[name, code]] = files.filter(([name]) => name.endsWith(".test.mjs"));
  assert.match(await suite(context, name, code), /# pass 1\n# fail 0\n|1 pass\n 0 fail\n|1 passed.* 0 failed/);
});

// How long it takes stands behind its name.
test("a suite of 100 tests passes", async (context) => {
  const code = `
    import assert from "node:assert";
    import test, { after, afterEach, beforeEach } from "node:test";
    import { useWorld } from "sonoran.js/testing";

    const world = useWorld({ after, afterEach, beforeEach });
    for (let number = 0; number < 100; number += 1) {
      test("promotes " + number, async () => {
        const { cms } = world().instance();
        (await cms.setAccountRanksV2("${ZEROS}", { accId: "${ZEROS}", add: ["rank-3"] })).unwrap();
        assert.ok((await cms.getAccountV2("${ZEROS}")).unwrap().ranks.includes("rank-3"));
        await world().assertCalled("setAccountRanksV2", { count: 1 });
      });
    }`;
  const passed = /# pass 100\n# fail 0\n|100 pass\n 0 fail\n|100 passed.* 0 failed/;
  assert.match(await suite(context, "hundred.test.mjs", code), passed);
});

test("neither an emulator nor a world keeps a process alive", async () => {
  const program = `
    const { Emulator } = require("sonoran.js/testing");
    Emulator.start().then(async (emulator) => {
      const world = await emulator.world();
      console.log((await world.instance().cms.getCommunityV2()).success);
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { timeout: 60_000 });
  assert.equal(stdout, "true\n");
});

test("a missing program is told with what to do", async () => {
  const program = `
    const { Emulator } = require("sonoran.js/testing");
    Emulator.start().catch(({ name, message }) => console.log(name + ": " + message));`;
  const env = { ...process.env, SONORAN_EMULATOR: "" };
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { env, timeout: 60_000 });
  assert.match(stdout, /^EmulatorError: .*npm install --save-dev sonoran-emulator/);
});

test("a call to another machine is refused, unless the tests say otherwise", async () => {
  const early = Sonoran.instance({ apiKey: KEY, communityId: "C", apiUrl: "https://service.invalid", retries: 0, proxy: "http://127.0.0.1:9" });
  const refused = /may not call https:\/\/service\.invalid.*SONORAN_CMS_API_URL.*guard: false/;
  await assert.rejects(early.cms.getCommunityV2(), refused);
  await assert.rejects(early.walk.getAccountsV2().list(), refused);
  const hooks = { after() {}, afterEach() {}, beforeEach() {} };
  useWorld(hooks, { guard: false });
  // It gets as far as its proxy, where nobody is.
  assert.equal((await early.cms.getCommunityV2()).error.kind, "connect");
  assert.equal(guard(), false);
  assert.equal(guard(), true);
});

test("outside of a test there is no world", () => {
  const hooks = { after() {}, afterEach() {}, beforeEach() {} };
  assert.throws(useWorld(hooks), /inside of one/);
});
