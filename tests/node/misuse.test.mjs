// Misuse is refused with the argument named, before anything is sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { useEmulator, ZEROS } from "./support.mjs";

const emulator = useEmulator();

/** Options that are wrong: what of the good ones is changed, the error, and what it names. */
const WRONG_OPTIONS = [
  [{ apiKey: undefined }, TypeError, "apiKey"],
  [{ apiKey: "" }, RangeError, "apiKey"],
  [{ apiKey: "line\nbreak" }, RangeError, "apiKey"],
  [{ apiKey: 7 }, TypeError, "apiKey"],
  [{ communityId: undefined }, TypeError, "communityId"],
  [{ communityId: "" }, RangeError, "communityId"],
  [{ product: Sonoran.productEnums.CAD }, RangeError, "product"],
  [{ product: 9 }, RangeError, "product"],
  [{ serverId: "one" }, RangeError, "serverId"],
  [{ cadApiKey: 7 }, TypeError, "cadApiKey"],
  [{ radioDefaultServerId: "one" }, RangeError, "radioDefaultServerId"],
  [{ communityId: "half \ud83d" }, RangeError, "communityId"],
  [{ userAgentSuffix: "\udc00" }, RangeError, "userAgentSuffix"],
  [{ apiHeaders: { "x-a": "\ud800" } }, RangeError, "apiHeaders.x-a"],
  [{ apiHeaders: [["x-a", 1]] }, TypeError, "apiHeaders[0]"],
  [{ apiHeaders: new Map([["x-a", "1"], [Symbol("x-b"), "1"]]) }, TypeError, "apiHeaders[1]"],
  [{ apiHeaders: ["x-a", "1"] }, TypeError, "apiHeaders[0]"],
  [{ apiHeaders: "x-a: 1" }, TypeError, "apiHeaders"],
  [{ allowPlainHttp: "yes" }, TypeError, "allowPlainHttp"],
  [{ serverId: 2 ** 53 }, RangeError, "serverId"],
  [{ timout: 5 }, TypeError, "timout"],
  [{ timeout: "5" }, TypeError, "timeout"],
  [{ timeout: NaN }, RangeError, "timeout"],
  [{ timeout: -1 }, RangeError, "timeout"],
  [{ retries: 1.5 }, RangeError, "retries"],
  [{ rateLimit: "never" }, RangeError, "rateLimit"],
  [{ ceilings: { getNothingV2: 1 } }, RangeError, "ceilings.getNothingV2"],
  [{ apiHeaders: { "x-a": "line\nbreak" } }, RangeError, "apiHeaders.x-a"],
  [{ apiUrl: "http://api.example.com" }, RangeError, "apiUrl"],
  [{ throwErrors: "yes" }, TypeError, "throwErrors"],
];

for (const [change, Class, argument] of WRONG_OPTIONS) {
  const [[name, value]] = Object.entries(change);
  test(`the option ${name} is refused as ${typeof value} ${String(JSON.stringify(value)).slice(0, 40)}`, () => {
    assert.throws(() => emulator.instance(change), refusal(Class, argument));
  });
}

for (const options of [undefined, null, "YOUR_API_KEY", [], new Map()]) {
  test(`options are refused as ${Object.prototype.toString.call(options)}`, () => {
    assert.throws(() => Sonoran.instance(options), refusal(TypeError, "options"));
  });
}

class Hidden {
  #accId = ZEROS;
  get accId() {
    return this.#accId;
  }
}

const cycle = {};
cycle.self = cycle;

/** Calls that are wrong: method, arguments, the error, and what it names. */
const WRONG_CALLS = [
  ["getAccountV2", [], TypeError, "accountId"],
  ["getAccountV2", [null], TypeError, "accountId"],
  ["getAccountV2", [""], TypeError, "accountId"],
  ["getAccountV2", ["not-a-uuid"], RangeError, "accountId"],
  ["getAccountV2", [`${ZEROS}/ranks`], RangeError, "accountId"],
  ["getAccountV2", [{}], TypeError, "accountId"],
  ["getAccountV2", [[ZEROS]], TypeError, "accountId"],
  ["getAccountV2", [Symbol("id")], TypeError, "accountId"],
  ["resolveDiscordAccountV2", [".."], RangeError, "discordId"],
  ["resolveDiscordAccountV2", ["%2e%2e"], RangeError, "discordId"],
  ["resolveDiscordAccountV2", ["a\u0000b"], RangeError, "discordId"],
  ["resolveDiscordAccountV2", ["half \ud83d"], RangeError, "discordId"],
  ["resolveDiscordAccountV2", ["\udc00\ud800"], RangeError, "discordId"],
  // eslint-disable-next-line no-loss-of-precision
  ["resolveDiscordAccountV2", [123456789012345678], RangeError, "discordId"],
  ["getRosterV2", ["one"], RangeError, "rosterId"],
  ["getRosterV2", [1.5], RangeError, "rosterId"],
  ["getRosterV2", [NaN], RangeError, "rosterId"],
  ["getWhitelistV2", [true], TypeError, "serverId"],
  ["setAccountNameV2", [ZEROS], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, null], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, "Example"], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, '{"newName":"Example"}'], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, []], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, 7], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, new Map([["newName", "Example"]])], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, new Set(["Example"])], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, new Date()], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, () => ({ newName: "Example" })], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, new Hidden()], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, Object.create({ newName: "Example" })], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, { newName: "Example", at: new Date(NaN) }], RangeError, "payload.at"],
  ["setAccountNameV2", [ZEROS, { newName: new Map() }], TypeError, "payload.newName"],
  ["setAccountNameV2", [ZEROS, { newName: () => "Example" }], TypeError, "payload.newName"],
  ["setAccountNameV2", [ZEROS, { newName: "half \ud83d" }], RangeError, "payload.newName"],
  ["setAccountNameV2", [ZEROS, { a: [{ "\ud83d": 1 }] }], RangeError, "payload.a[0]"],
  ["setAccountNameV2", [ZEROS, { newName: "Example", timeout: 5 }], TypeError, "payload.timeout"],
  ["setAccountNameV2", [ZEROS, new AbortController().signal], TypeError, "payload"],
  ["setAccountNameV2", [ZEROS, { signal: new AbortController().signal }], TypeError, "payload.signal"],
  ["setAccountNameV2", [ZEROS, { a: [{ "b c": Infinity }] }], RangeError, 'payload.a[0]["b c"]'],
  ["setAccountNameV2", [ZEROS, { a: [1, undefined] }], TypeError, "payload.a[1]"],
  ["setAccountNameV2", [ZEROS, { id: 2 ** 60 }], RangeError, "payload.id"],
  ["setAccountNameV2", [ZEROS, cycle], RangeError, "payload.self.self"],
  ["getAccountsV2", ["take=25"], TypeError, "query"],
  ["getAccountsV2", [new URLSearchParams({ take: "25" })], TypeError, "query"],
  ["getAccountsV2", [new AbortController().signal], TypeError, "query"],
  ["getAccountsV2", [{ take: NaN }], RangeError, "query.take"],
  ["getAccountsV2", [{ since: new Date(NaN) }], RangeError, "query.since"],
  ["getAccountsV2", [{ sysStatus: "\ud800" }], RangeError, "query.sysStatus"],
  ["getAccountsV2", [{ take: 25, timeout: 5_000 }], TypeError, "query.timeout"],
  ["getAccountsV2", [{ deadline: 5_000 }], TypeError, "query.deadline"],
  ["getAccountsV2", [{ retries: 0 }], TypeError, "query.retries"],
  ["getAccountsV2", [{ maxWait: 0 }], TypeError, "query.maxWait"],
  ["getAccountsV2", [{ rateLimit: "error" }], TypeError, "query.rateLimit"],
  ["getAccountsV2", [{ signal: new AbortController().signal }], TypeError, "query.signal"],
  ["getAccountsV2", [{ signal: { aborted: false, addEventListener() {} } }], TypeError, "query.signal"],
  ["getComAccount", [{ apiId: "a", retries: 0 }], TypeError, "params.retries"],
  ["verifyWhitelist", ["half \ud83d"], RangeError, "data"],
  ["getComAccount", [], TypeError, "params"],
  ["getComAccount", [{}], RangeError, "params"],
  ["getComAccount", [[{ apiId: "a" }]], TypeError, "params"],
  ["addGameServers", [], TypeError, "servers"],
  ["addGameServers", [[]], RangeError, "servers"],
  ["addGameServers", [["one"]], TypeError, "servers"],
  ["addGameServers", [{ name: "one" }], TypeError, "servers"],
  ["addGameServers", [[{ port: NaN }]], RangeError, "servers[0].port"],
  ["setFormLockStatus", [1], TypeError, "state"],
  ["setFormLockStatus", [1, "maybe"], RangeError, "state"],
  ["setFormLockStatus", [true, true], TypeError, "templateId"],
  ["startSession", [1], TypeError, "accId"],
  ["verifyWhitelist", [], TypeError, "data"],
  ["verifyWhitelist", [7], TypeError, "data"],
  ["verifyWhitelist", [true], TypeError, "data"],
  ["verifyWhitelist", [["SOME_API_ID"]], TypeError, "data"],
  ["verifyWhitelist", [""], RangeError, "data"],
  ["verifyWhitelist", [{}], RangeError, "data"],
  ["getComAccount", ["SOME_API_ID"], TypeError, "params"],
  ["getCommunityV2", [{ timout: 5 }], TypeError, "timout"],
  ["getCommunityV2", [{ timeout: "5" }], TypeError, "timeout"],
  ["getCommunityV2", [{ signal: "now" }], TypeError, "signal"],
  ["getCommunityV2", [{ rateLimit: "never" }], RangeError, "rateLimit"],
  ["getCommunityV2", [{ rateLimit: "\ud800" }], RangeError, "rateLimit"],
  ["getCommunityV2", [{ maxWait: -1 }], RangeError, "maxWait"],
  ["getCommunityV2", ["5"], TypeError, "options"],
  ["getCommunityV2", [{}, new AbortController().signal], TypeError, "arguments"],
  ["getAccountsV2", [{}, {}, undefined, 7], TypeError, "arguments"],
];

for (const [method, values, Class, argument] of WRONG_CALLS) {
  const shown = values.map((value) => (typeof value === "string" ? JSON.stringify(value) : kind(value))).join(", ");
  test(`${method}(${shown}) is refused and sends nothing`, async () => {
    const { cms } = emulator.instance();
    await assert.rejects(cms[method](...values), refusal(Class, argument));
    assert.deepEqual(await emulator.journal(), []);
  });
}

test("a misplaced call option is refused with the place where it belongs", async () => {
  const { cms } = emulator.instance();
  const { signal } = new AbortController();
  await assert.rejects(cms.getAccountsV2(signal), { message: "query is an AbortSignal, which belongs in the last argument, behind the query" });
  await assert.rejects(cms.getAccountsV2({ timeout: 5 }), { message: /^query\.timeout is a call option, not a field of / });
});

test("what is whole is sent, however far beyond the first plane", async () => {
  const { cms } = emulator.instance();
  await cms.setAccountNameV2(ZEROS, { newName: "🚓", "🚓": "\uffff" });
  assert.deepEqual((await emulator.journal())[0].body, { newName: "🚓", "🚓": "\uffff" });
});

test("the stack of a refusal leads to the call", async () => {
  async function theCaller() {
    return await emulator.instance().cms.getAccountV2("not-a-uuid");
  }
  await assert.rejects(theCaller(), ({ stack }) => stack.includes("theCaller"));
});

test("an object with toJSON is what that gives", async () => {
  const { cms } = emulator.instance();
  const payload = { toJSON: () => ({ newName: "From toJSON" }) };
  assert.equal((await cms.setAccountNameV2(ZEROS, payload)).success, true);
  assert.equal((await cms.getAccountV2(ZEROS)).data.accName, "From toJSON");
});

test("an object of a class of one's own is a payload too", async () => {
  class Rename {
    newName = "From a class";
  }
  assert.equal((await emulator.instance().cms.setAccountNameV2(ZEROS, new Rename())).success, true);
});

function refusal(Class, argument) {
  return (error) => {
    assert.equal(error.constructor, Class, `${error.name}: ${error.message}`);
    assert.equal(error.argument, argument);
    assert.equal(error.code, "ERR_SONORAN_ARGUMENT");
    assert.ok(error.message.startsWith(`${argument} `), error.message);
    return true;
  };
}

function kind(value) {
  if (typeof value === "number" || value === null || value === undefined) return String(value);
  if (typeof value !== "object") return typeof value;
  return Object.prototype.toString.call(value) + Object.keys(value);
}
