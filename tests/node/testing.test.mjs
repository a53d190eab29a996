// The test kit: worlds, what they tell, and what comes of a slip.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import test, { after, afterEach, before, beforeEach } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
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

test("calls with another key are told of", async () => {
  const own = Sonoran.instance({ apiKey: "ANOTHER", communityId: "C", apiUrl: world().url, rateLimit: "off" });
  await own.cms.getAccountV2("99999999-9999-4999-8999-999999999999");
  const hint = /found 0 among 0\.\n1 such came with another key than this world's: let the code .* have its key and communityId$/;
  await assert.rejects(world().assertCalled("getAccountV2", { status: 200 }), hint);
  await assert.rejects(world().assertCalled("getAccountsV2"), /found 0 among 0\.$/);
});

for (const [slip, says] of [
  [(world) => world.assertCalled("getAcountV2"), /getAccountV2/],
  [(world) => world.fault({ operation: "getAccountV2", path: "*/ranks", delay: 1 }), /path .* of getAccountV2/],
  [(world) => world.journal({ operation: "getAcountV2" }), /getAccountV2/],
  [(world) => world.fault({ action: { type: "respond", status: 7 } }), /status/],
  [(world) => world.fault({ opration: "getAccountV2", delay: 1 }), /opration/],
  [(world) => world.fault({}), /^action is missing/],
  [(world) => world.fault({ operation: "getAccountV2", method: "PUT", delay: 1 }), /^method is said by the operation/],
  [(world) => world.fault({ nth: 1, times: 2, delay: 1 }), /^times and nth/],
  [(world) => world.advance(-1), /^milliseconds must be/],
  [(world) => world.advance(Infinity), /^milliseconds must be/],
  [(world) => world.generate(1.5), /^accounts must be/],
  [(world) => world.generate(1, { sed: 1 }), /^sed is no option of generate; there are seed/],
  [(world) => world.reset({ strickt: true }), /^strickt is no option of reset/],
  [(world) => world.sendEvent("ACCOUNT_KICKED"), /sendEventsTo/],
  [(world) => world.sendEvent("ACCOUNT_KICKD"), /ACCOUNT_KICKED/],
  [(world) => world.freeze("yesterday"), /yesterday/],
  [(world) => world.limits({ overrides: { nonsense: 1 } }), /nonsense/],
  [(world) => world.change({ keys: [] }), /key/],
]) {
  test(`a slip is refused in words: ${says}`, async () => {
    await assert.rejects(slip(world()), (error) => error instanceof RangeError && says.test(error.message));
  });
}

for (const [slip, says] of [
  [(world) => world.fault(), /^rule must be an object/],
  [(world) => world.advance(), /^milliseconds must be a number of milliseconds, not undefined/],
  [(world) => world.advance("1"), /^milliseconds must be a number of milliseconds, not a string/],
  [(world) => world.generate("7"), /^accounts must be a number of members, not a string/],
  [() => Emulator.start({ limits: "off" }), /^limits must be a boolean, not a string/],
  [() => Emulator.start("strict"), /^options of Emulator.start must be an object/],
]) {
  test(`a wrong type is refused in words: ${says}`, async () => {
    await assert.rejects(slip(world()), (error) => error instanceof TypeError && says.test(error.message));
  });
}

test("a misspelt option is refused, and a hook that is missing", async () => {
  const { hooks } = runner();
  const { after: _, ...without } = hooks;
  assert.throws(() => useWorld(hooks, { gaurd: false }), /^RangeError: gaurd is no option of useWorld; there are .*guard/);
  assert.throws(() => useWorld(hooks, { guard: 0 }), /^TypeError: guard must be a boolean/);
  assert.throws(() => useWorld(), /^TypeError: hooks of useWorld must have beforeEach/);
  assert.throws(() => useWorld(without), /^TypeError: hooks of useWorld must have after \(or afterAll\)/);
  await assert.rejects(Emulator.start({ limts: true }), /^RangeError: limts is no option of Emulator.start; there are limits/);
  assert.throws(() => guard("off"), TypeError);
});

test("the emulator takes what is documented alone, unless the tests say otherwise", async () => {
  const payload = { accId: ZEROS, ad: ["rank-3"] };
  assert.match((await world().instance().cms.setAccountRanksV2(ZEROS, payload)).reason, /ad: is not documented: did you mean add/);
  const { hooks, beforeEach, afterEach, after } = runner();
  const lenient = useWorld(hooks, { strict: false });
  await beforeEach();
  assert.ok((await lenient().instance().cms.setAccountRanksV2(ZEROS, payload)).success);
  await afterEach();
  await after();
});

test("where no limits are counted, an instance waits for none unless it is told to", async () => {
  const free = ({ limit, free }) => limit - free;
  const waits = async (instance) => {
    assert.ok((await instance.cms.getAccountV2(ZEROS)).success);
    return free(instance.rateLimit("getAccountV2"));
  };
  assert.equal(await waits(world().instance()), 0);
  assert.equal(await waits(world().instance({ rateLimit: undefined })), 0);
  assert.equal(await waits(world().instance({ maxWait: 0 })), 1);
  const counting = await Emulator.start({ limits: true });
  try {
    assert.equal(await waits((await counting.world()).instance()), 1);
  } finally {
    await counting.stop();
  }
});

test("an instance of a world calls no other place", async () => {
  for (const name of ["apiUrl", "cmsApiUrl", "cmsApiKey", "cmsCommunityId"]) {
    assert.throws(() => world().instance({ [name]: "https://service.invalid" }), new RegExp(`^RangeError: ${name} cannot be given`));
  }
  assert.ok((await world().instance({ apiUrl: undefined, cmsApiUrl: undefined }).cms.getCommunityV2()).success);
  assert.equal((await world().instance({ apiKey: "ANOTHER" }).cms.getCommunityV2()).error.kind, "auth");
});

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

test("faults that were not played are told", async () => {
  const { cms } = world().instance({ retries: 0 });
  const refused = async (message) => assert.rejects(world().assertFaultsPlayed(), { name: "AssertionError", message });
  await refused("there are no faults that could have been played");
  await world().fault({ operation: "getAccountV2", nth: [2], action: { type: "respond", status: 503 } });
  await cms.getAccountV2(ZEROS);
  await refused(/^faults that were not played:\noperation getAccountV2, nth \[2\], action {"type":"respond","status":503.*}: of 1 requests that it fitted$/);
  await cms.getAccountV2(ZEROS);
  await world().assertFaultsPlayed();
});

test("a fault that met no request is a warning after its test", async () => {
  const hooks = {};
  const other = useWorld({ beforeEach: (hook) => (hooks.before = hook), afterEach: (hook) => (hooks.after = hook), after: (hook) => (hooks.end = hook) });
  try {
    await hooks.before();
    await other().fault({ operation: "getAccountV2", action: { type: "reset" } });
    const heard = new Promise((resolve) => {
      process.on("warning", function listener(warning) {
        if (warning.code !== "SONORAN_UNMET_FAULT") return;
        process.off("warning", listener);
        resolve(warning.message);
      });
    });
    await hooks.after();
    assert.match(await heard, /^a fault met no request of its test: operation getAccountV2, action {"type":"reset"/);
    await hooks.before();
    await other().fault({ operation: "getCommunityV2", delay: 1 });
    await other().instance().cms.getCommunityV2();
    const told = [];
    const listener = ({ code }) => told.push(code);
    process.on("warning", listener);
    await hooks.after();
    process.off("warning", listener);
    assert.ok(!told.includes("SONORAN_UNMET_FAULT"));
  } finally {
    await hooks.end();
  }
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
  assert.match((await cms.setAccountNameV2(ZEROS, { newNames: "Alex" })).reason, /newName/);
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

for (const [name, code] of files.filter(([name]) => name.endsWith(".test.mjs"))) {
  test(`the suite ${name} of the package's page passes`, async (context) => {
    assert.match(await suite(context, name, code), /# pass 1\n# fail 0\n|1 pass\n 0 fail\n|1 passed.* 0 failed/);
  });
}

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

/** Hooks as a runner has them, which the test itself plays. */
function runner() {
  const kept = {};
  const keep = (name) => (hook) => (kept[name] = hook);
  const hooks = { beforeEach: keep("beforeEach"), afterEach: keep("afterEach"), after: keep("after") };
  return { hooks, beforeEach: () => kept.beforeEach(), afterEach: () => kept.afterEach(), after: () => kept.after() };
}

/** What it calls is nowhere, by a proxy where nobody is. */
const FOREIGN = { apiKey: KEY, communityId: "C", apiUrl: "https://service.invalid", retries: 0, proxy: "http://127.0.0.1:9" };

test("a call to another machine is refused, unless the tests say otherwise", async () => {
  const early = Sonoran.instance(FOREIGN);
  const refused = /may not call https:\/\/service\.invalid.*SONORAN_CMS_API_URL.*guard: false/;
  await assert.rejects(early.cms.getCommunityV2(), refused);
  await assert.rejects(early.walk.getAccountsV2().list(), refused);
  await assert.rejects(early.cms.getCommunityV2(), { code: "ERR_SONORAN_GUARD" });
  const { hooks, beforeEach, afterEach, after } = runner();
  useWorld(hooks, { guard: false });
  await assert.rejects(early.cms.getCommunityV2(), refused);
  await beforeEach();
  assert.equal((await early.cms.getCommunityV2()).error.kind, "connect");
  await afterEach();
  await after();
  await assert.rejects(early.cms.getCommunityV2(), refused);
  assert.equal(guard(false), true);
  assert.equal((await early.cms.getCommunityV2()).error.kind, "connect");
  assert.equal(guard(), false);
  assert.equal(guard(), true);
});

test("a call by a proxy, or with limits that a server shares, on another machine is refused as well", async () => {
  const here = { ...FOREIGN, apiUrl: "http://127.0.0.1:9", proxy: undefined };
  const proxied = Sonoran.instance({ ...here, proxy: "http://user:secret@proxy.invalid:3128" });
  await assert.rejects(proxied.cms.getCommunityV2(), /may not call http:\/\/proxy\.invalid:3128:/);
  const shared = Sonoran.instance({ ...here, shareLimits: "redis://valkey.invalid" });
  await assert.rejects(shared.cms.getCommunityV2(), /may not call redis:\/\/valkey\.invalid:6379\/0:/);
  assert.equal((await Sonoran.instance(here).cms.getCommunityV2()).error.kind, "connect");
});

test("the guard stays for a second block, and for what is left running after the last", async () => {
  guard(false);
  const address = process.env.SONORAN_CMS_API_URL;
  const [first, second] = [runner(), runner()];
  const early = Sonoran.instance(FOREIGN);
  const worlds = [useWorld(first.hooks), useWorld(second.hooks)];
  try {
    // As the user's own environment may have it.
    process.env.SONORAN_CMS_API_URL = "https://service.invalid";
    for (const [index, { beforeEach, afterEach, after }] of [first, second].entries()) {
      await beforeEach();
      await assert.rejects(early.cms.getCommunityV2(), { code: "ERR_SONORAN_GUARD" });
      const { key: apiKey, communityId } = worlds[index]();
      assert.ok((await Sonoran.instance({ apiKey, communityId }).cms.getCommunityV2()).success);
      await afterEach();
      await after();
    }
    const { apiUrl: _, ...late } = FOREIGN;
    await assert.rejects(Sonoran.instance(late).cms.getCommunityV2(), { code: "ERR_SONORAN_GUARD" });
    delete process.env.SONORAN_CMS_API_URL;
    await assert.rejects(Sonoran.instance(late).cms.getCommunityV2(), { code: "ERR_SONORAN_GUARD" });
  } finally {
    process.env.SONORAN_CMS_API_URL = address;
    guard();
  }
});

test("the guard is one for all copies, workers and child processes", async () => {
  const require = createRequire(import.meta.url);
  require("sonoran.js/testing");
  const before = Object.keys(require.cache).filter((file) => file.includes("sonoran.js"));
  for (const file of before) delete require.cache[file];
  const again = require("sonoran.js");
  assert.notEqual(again.instance, Sonoran.instance);
  await assert.rejects(again.instance(FOREIGN).cms.getCommunityV2(), { code: "ERR_SONORAN_GUARD" });
  const program = `
    const call = require("sonoran.js").instance(${JSON.stringify(FOREIGN)}).cms.getCommunityV2();
    const tell = require("node:worker_threads").parentPort ?? { postMessage: console.log };
    call.then(({ error }) => tell.postMessage(error.kind), ({ code }) => tell.postMessage(code));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", program], { timeout: 60_000 });
  assert.equal(stdout, "ERR_SONORAN_GUARD\n");
  assert.deepEqual(await once(new Worker(program, { eval: true }), "message"), ["ERR_SONORAN_GUARD"]);
  guard(false);
  try {
    assert.deepEqual(await once(new Worker(program, { eval: true }), "message"), ["connect"]);
  } finally {
    guard();
  }
});

test("a test beside another is refused, and leaves all as it was", async () => {
  const address = process.env.SONORAN_CMS_API_URL;
  const { hooks, beforeEach, afterEach, after } = runner();
  const shared = useWorld(hooks);
  await beforeEach();
  const { key } = shared();
  await assert.rejects(beforeEach(), /still open.*one after another.*emulator\.world\(\)/);
  await afterEach();
  assert.equal(shared().key, key);
  await afterEach();
  assert.throws(shared, /inside of one/);
  assert.equal(process.env.SONORAN_CMS_API_URL, address);
  await beforeEach();
  assert.notEqual(shared().key, key);
  await afterEach();
  await after();
});

test("worlds within worlds leave the address as it was, in whatever order they end", async () => {
  const address = process.env.SONORAN_CMS_API_URL;
  const [outer, inner] = [runner(), runner()];
  useWorld(outer.hooks);
  const world = useWorld(inner.hooks);
  await outer.beforeEach();
  await inner.beforeEach();
  assert.equal(process.env.SONORAN_CMS_API_URL, world().url);
  await outer.afterEach();
  assert.equal(process.env.SONORAN_CMS_API_URL, world().url);
  await inner.afterEach();
  assert.equal(process.env.SONORAN_CMS_API_URL, address);
  await outer.after();
  await inner.after();
});

test("outside of a test there is no world", () => {
  const hooks = { after() {}, afterEach() {}, beforeEach() {} };
  assert.throws(useWorld(hooks), /inside of one/);
});
