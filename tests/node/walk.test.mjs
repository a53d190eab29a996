// Lists that come in pages.

import assert from "node:assert/strict";
import test, { after, afterEach, beforeEach } from "node:test";
import { inspect } from "node:util";
import Sonoran from "sonoran.js";
import { useWorld } from "sonoran.js/testing";
import { ZEROS } from "./support.mjs";

const MEMBERS = 230;
const world = useWorld({ after, afterEach, beforeEach });

/** A walk over all members of a community that has so many. */
async function members(query, { options, callOptions } = {}) {
  const { total } = (await world().instance().cms.getAccountsV2()).unwrap();
  if (total < MEMBERS) await world().generate(MEMBERS - total, { seed: 3 });
  await world().clearJournal();
  return world().instance(options).walk.getAccountsV2(query, callOptions);
}

async function asked() {
  return (await world().journal()).map(({ query }) => query);
}

/** The ids of the items, until `enough` says so. */
async function idsOf(walk, enough = () => false) {
  const found = [];
  for await (const { accId } of walk) {
    found.push(accId);
    if (enough()) break;
  }
  return found;
}

function assertWhole(...parts) {
  const found = parts.flat();
  assert.deepEqual([found.length, new Set(found).size], [MEMBERS, MEMBERS]);
}

test("a walk gives every item once", async () => {
  const walk = await members({ skip: 0 });
  assert.deepEqual([walk.position, walk.total], [0, null]);
  assert.equal(inspect(walk), "Walk { operation: 'getAccountsV2', position: 0 }");
  assertWhole(await idsOf(walk));
  assert.deepEqual([walk.position, walk.total], [MEMBERS, MEMBERS]);
  const queries = ["0", "100", "200"].map((skip) => ({ skip, take: "100" }));
  assert.deepEqual(await asked(), queries);
  // It is over.
  assert.deepEqual(await idsOf(walk), []);
  assert.equal((await asked()).length, 3);
});

test("it goes on after a break, and from a position", async () => {
  const walk = await members({ take: 40 });
  const before = await idsOf(walk, () => walk.position === 57);
  const rest = await idsOf(walk);
  assertWhole(before, rest);
  assert.deepEqual(await idsOf(world().instance().walk.getAccountsV2({ skip: "57" })), rest);
});

test("a page that fails is thrown, and the walk goes on from there", async () => {
  const walk = await members({}, { options: { retries: 0 } });
  await world().fault({ operation: "getAccountsV2", nth: [2], action: { type: "respond", status: 503 } });
  const found = [];
  await assert.rejects(async () => {
    for await (const { accId } of walk) found.push(accId);
  }, Sonoran.UnavailableError);
  assert.deepEqual([walk.position, found.length], [100, 100]);
  assertWhole(found, await idsOf(walk));
});

test("an aborted page is the signal's reason, and another walk goes on from there", async () => {
  const ending = new AbortController();
  const walk = await members({ take: 100 }, { callOptions: ending.signal });
  const found = await idsOf(walk, () => walk.position === 100);
  const reason = new Error("enough");
  ending.abort(reason);
  await assert.rejects(idsOf(walk), reason);
  assert.equal((await asked()).length, 1);
  assertWhole(found, await idsOf(world().instance().walk.getAccountsV2({ skip: walk.position })));
});

test("call options hold for each page, also where the instance throws", async () => {
  const walk = await members({}, { options: { throwErrors: true, ceilings: { getAccountsV2: 1 } }, callOptions: { rateLimit: "error" } });
  const failed = idsOf(walk);
  await assert.rejects(failed, { kind: "rateLimited", operation: "getAccountsV2" });
  assert.equal(walk.position, 100);
});

test("a list loses nothing where a page fails", async () => {
  const walk = await members({}, { options: { retries: 0 } });
  await world().fault({ operation: "getAccountsV2", nth: [2], action: { type: "respond", status: 503 } });
  await assert.rejects(walk.list(), Sonoran.UnavailableError);
  assert.equal(walk.position, 0);
  assertWhole((await walk.list()).map(({ accId }) => accId));
});

test("how many there are", async () => {
  const walk = await members({ skip: 30 });
  assert.equal(await walk.count(), MEMBERS - 30);
  assert.equal((await asked()).length, 1);
  assert.equal((await walk.list()).length, MEMBERS - 30);
  const untold = world().instance().walk.getFormSubmissions(1);
  await assert.rejects(untold.count(), { name: "TypeError", message: "the service does not tell how many items getFormSubmissions has" });
  assert.ok((await untold.list()).length > 0);
});

test("pages begin where the items ended", async () => {
  const sizes = async (walk) => {
    const found = [];
    for await (const page of walk.pages()) found.push(page.unwrap().items.length);
    return found;
  };
  assert.deepEqual(await sizes(await members({ take: 90 })), [90, 90, 50]);
  const counted = await members();
  // This fetches a page, which is no reason to leave it out.
  await counted.count();
  assert.deepEqual(await sizes(counted), [100, 100, 30]);
  const walk = await members();
  await idsOf(walk, () => walk.position === 210);
  assert.deepEqual(await sizes(walk), [20]);
});

test("who shares a walk shares its items", async () => {
  const walk = await members({ take: 10 }, { options: { rateLimit: "off" } });
  assertWhole(...(await Promise.all([1, 2, 3, 4].map(() => idsOf(walk)))));
  assert.equal((await asked()).length, MEMBERS / 10);

  const mixed = await members({ take: 10 }, { options: { rateLimit: "off" } });
  const pages = async () => {
    const found = [];
    for await (const { data } of mixed.pages()) found.push(...data.items.map(({ accId }) => accId));
    return found;
  };
  assertWhole(...(await Promise.all([idsOf(mixed), pages(), idsOf(mixed), pages()])));
});

test("items that were asked for at once come one by one", async () => {
  const items = (await members({ take: 100 }))[Symbol.asyncIterator]();
  const found = await Promise.all(Array.from({ length: 150 }, () => items.next()));
  assert.equal(new Set(found.map(({ value }) => value.accId)).size, 150);
});

const LISTS = {
  accounts: (walk) => walk.getAccountsV2(),
  "accounts of version 1": (walk) => walk.getAccounts({ sysStatus: true }),
  forms: (walk) => walk.getFormSubmissionsV2(1, { take: 1 }),
  "forms of version 1": (walk) => walk.getFormSubmissions(1, { take: 1 }),
  rosters: (walk) => walk.getRosterV2(1),
  "rosters of version 1": ({ getRosterContents }) => getRosterContents(1, { limit: 1 }),
};

for (const [name, start] of Object.entries(LISTS)) {
  test(`${name} are walked`, async () => {
    const found = await start(world().instance().walk).list();
    assert.ok(found.length > 0);
    assert.ok(found.every((item) => typeof item === "object" && item !== null));
  });
}

test("it ends whatever the service answers", async () => {
  const answering = async (data) => {
    await world().clearFaults();
    const body = { success: true, data, meta: {} };
    await world().fault({ times: "always", action: { type: "respond", status: 200, body } });
    return world().instance({ rateLimit: "off" }).walk.getAccountsV2().list();
  };
  const refusal = (message) => ({ name: "InvalidResponseError", message, operation: "getAccountsV2", status: 200, attempts: 1 });
  await assert.rejects(answering({ items: [{ accId: "1" }], total: 9 }), refusal("The service's answer is the same page again: it takes no `skip`."));
  for (const data of [{ items: "none", total: 9 }, { items: null, total: 9 }, {}, "none", 1]) {
    await assert.rejects(answering(data), refusal("The service's answer holds no list where its items belong."));
  }
  for (const data of [{ items: [], total: 9 }, { items: null }, null, []]) assert.deepEqual(await answering(data), []);
  assert.equal((await answering({ items: [{}, {}], total: 2 })).length, 2);
});

test("misuse is told before anything is sent", async () => {
  const { walk } = world().instance();
  const { signal } = new AbortController();
  const slips = [
    [5, TypeError, "query must be a plain object, not a number"],
    [signal, TypeError, "query must be a plain object, not an AbortSignal"],
    [{ skip: 1.5 }, RangeError, "query.skip must be a whole number from 0, not 1.5"],
    [{ skip: -1 }, RangeError, "query.skip must be a whole number from 0, not -1"],
    [{ skip: "x" }, RangeError, "query.skip must be a whole number from 0, not x"],
    [{ skip: [] }, TypeError, "query.skip must be a whole number, not an array"],
    [{ take: 0 }, RangeError, "query.take must be at least 1"],
  ];
  for (const [query, Class, message] of slips) {
    const argument = message.split(" ")[0];
    assert.throws(() => walk.getAccountsV2(query), { name: Class.name, message, argument, code: "ERR_SONORAN_ARGUMENT" });
  }
  assert.throws(() => walk.getAccountsV2({}, {}, signal), { argument: "arguments" });
  await assert.rejects(walk.getAccountsV2({ timeout: 5 }).list(), { argument: "query.timeout" });
  await assert.rejects(walk.getAccountsV2({}, { timout: 5 }).list(), { argument: "timout" });
  await assert.rejects(walk.getRosterV2("one").list(), { argument: "rosterId" });
  assert.equal(walk.getAccountV2, undefined);
  assert.deepEqual(await asked(), []);
});

test("a closed instance ends a walk", async () => {
  const instance = world().instance();
  const walk = instance.walk.getAccountsV2();
  instance.close();
  await assert.rejects(walk.list(), { name: "AbortError" });
});

test("a walk feeds a map", async () => {
  await members();
  const instance = world().instance({ rateLimit: "off" });
  async function* ids() {
    for await (const { accId } of instance.walk.getAccountsV2({ skip: 220 })) yield accId;
  }
  const found = [];
  for await (const { response } of instance.map(instance.cms.getAccountV2, ids())) found.push(response.unwrap().accId);
  assert.equal(new Set(found).size, 10);
  assert.ok(!found.includes(ZEROS));
});
