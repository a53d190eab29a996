// What an instance, a response and an error look like where they are printed, and where their stacks lead to.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import Sonoran from "sonoran.js";
import { KEY, ZEROS, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const NINES = ZEROS.replaceAll("0", "9");

test("an instance shows its community, and no key", () => {
  const instance = emulator.instance({ apiHeaders: { "x-secret": "hidden" } });
  assert.equal(inspect(instance), "Instance { communityId: 'YOUR_COMMUNITY_ID' }");
  assert.equal(inspect({ instance }), "{ instance: Instance { communityId: 'YOUR_COMMUNITY_ID' } }");
  assert.equal(inspect({ instance }, { depth: 0 }), "{ instance: [Instance] }");
  const raw = inspect(instance, { customInspect: false, showHidden: true, depth: 9 });
  for (const text of [raw, JSON.stringify(instance)]) assert.ok(!text.includes(KEY) && !text.includes("hidden"), text);
  const other = Sonoran.instance({ cmsApiKey: KEY, cmsCommunityId: "MINE", communityId: "MINE", apiKey: KEY });
  assert.equal(inspect(other), "Instance { communityId: 'MINE' }");
});

test("an instance is its community alone in JSON, and a response a line in text", async () => {
  const instance = emulator.instance();
  assert.equal(JSON.stringify({ instance }), '{"instance":{"communityId":"YOUR_COMMUNITY_ID"}}');
  assert.equal(String(await instance.cms.getAccountV2(ZEROS)), "status 200");
  assert.match(String(await instance.cms.getAccountV2(NINES)), /^getAccountV2: 404, No account has the id 9/);
  const lost = await emulator.instance({ apiUrl: "http://127.0.0.1:9", retries: 0 }).cms.getCommunityV2();
  assert.equal(`${lost}`, `getCommunityV2: no answer, ${lost.reason}`);
});

test("a success shows what is there, its data to the bottom", async () => {
  const response = await emulator.instance().cms.getAccountV2(ZEROS);
  const shown = inspect(response);
  assert.match(shown, /^SonoranResponse \{\n {2}success: true,\n {2}data: \{/);
  assert.match(shown, /'YOUR_|startTime: '/);
  assert.doesNotMatch(shown, /error|reason|\[Object\]|\[Array\]/);
  assert.deepEqual(JSON.parse(JSON.stringify(response)), { ...response });
});

test("a failure shows its reason, and no more of the error than there is", async () => {
  const response = await emulator.instance().cms.getAccountV2(NINES);
  const shown = inspect(response);
  assert.match(shown, /success: false,\n {2}reason: 'No account has the id 9/);
  assert.match(shown, /kind: 'notFound'/);
  assert.doesNotMatch(shown, /data:|null/);
  assert.equal(inspect({ a: { b: { c: { response } } } }).includes("[SonoranResponse]"), false);
  assert.equal(inspect({ response }, { depth: 0 }), "{ response: [SonoranResponse] }");
  assert.equal(JSON.parse(JSON.stringify(response)).error.kind, "notFound");
});

test("the key is in nothing that is printed of a call that it was refused for", async () => {
  const key = "A_SECRET_KEY";
  const response = await emulator.instance({ apiKey: key }).cms.getCommunityV2();
  assert.equal(response.error.kind, "auth");
  let error;
  try {
    response.unwrap();
  } catch (caught) {
    error = caught;
  }
  for (const text of [inspect(response), inspect(error), JSON.stringify(response), JSON.stringify(error), String(error)]) {
    assert.ok(!text.includes(key), text);
  }
});

/** The first frames of a stack, without what Node calls them by. */
function frames({ stack }) {
  return stack.split("\n").slice(1).map((line) => line.trim());
}

async function named(run) {
  try {
    await run();
  } catch (error) {
    return error;
  }
  assert.fail("nothing was thrown");
}

test("the stack of unwrap begins at its caller's line", async () => {
  const error = await named(async function caller() {
    (await emulator.instance().cms.getAccountV2(NINES)).unwrap();
  });
  assert.match(frames(error)[0], /caller.*printing\.test/);
});

test("with throwErrors, the stack has the line that awaits the call", async () => {
  const { cms } = emulator.instance({ throwErrors: true });
  const error = await named(async function caller() {
    await cms.getAccountV2(NINES);
  });
  assert.ok(error instanceof Sonoran.NotFoundError);
  assert.ok(frames(error).some((frame) => /^at async caller .*printing\.test/.test(frame)), error.stack);
});

test("misuse has the line of the call in its stack", async () => {
  const error = await named(async function caller() {
    await emulator.instance().cms.getAccountV2("no-uuid");
  });
  assert.ok(frames(error).some((frame) => /caller.*printing\.test/.test(frame)), error.stack);
});

/** Calls without waiting, as one does who forgets to. */
function forgetful(call) {
  return call();
}

for (const throwErrors of [false, true]) {
  test(`misuse deep in a payload has its caller's line without an await, throwErrors ${throwErrors}`, async () => {
    const { cms } = emulator.instance({ throwErrors });
    const called = forgetful(() => cms.setAccountRanksV2(ZEROS, { add: [{ a: { b: { c: { d: NaN } } } }] }));
    const error = await called.catch((caught) => caught);
    assert.match(error.stack, /^RangeError: payload\.add\[0\]\.a\.b\.c\.d must be .*\n(.*\n)*.*at forgetful .*printing\.test/);
  });
}

test("what the caller's own toJSON throws keeps its stack", async () => {
  const { cms } = emulator.instance();
  function toJSON() {
    throw new Error("mine");
  }
  await assert.rejects(cms.setAccountNameV2(ZEROS, { newName: { toJSON } }), ({ message, stack }) => {
    return message === "mine" && /at Object\.toJSON/.test(stack);
  });
});
