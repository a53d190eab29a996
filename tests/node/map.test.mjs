// Many calls of one method, a few at a time.

import assert from "node:assert/strict";
import { once } from "node:events";
import test, { after, afterEach, beforeEach } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import Sonoran from "sonoran.js";
import { useWorld } from "sonoran.js/testing";
import { ZEROS } from "./support.mjs";

const UNKNOWN = "99999999-9999-4999-8999-999999999999";
const world = useWorld({ after, afterEach, beforeEach });

function unlimited(options) {
  return world().instance({ rateLimit: "off", ...options });
}

/** Waits until so many requests came to that end. */
async function requests(outcome, count) {
  while ((await world().journal({ outcome })).length < count) await pause(5);
}

/** Holds the answers of the requests by these numbers, or of all, for longer than a test takes. */
async function hold(...nth) {
  await world().fault(nth.length > 0 ? { delay: 3_600_000, nth } : { delay: 3_600_000, times: "always" });
}

async function all(results) {
  const found = [];
  for await (const result of results) found.push(result);
  return found;
}

test("every call is made, and told of", async () => {
  const { map, cms } = bound(unlimited());
  const told = [];
  const calls = Array.from({ length: 30 }, () => [ZEROS, { accId: ZEROS, add: ["rank-1"] }]);
  const results = await all(map(cms.setAccountRanksV2, calls, { progress: (progress) => told.push(progress) }));
  assert.deepEqual(results.map(({ index }) => index).sort((a, b) => a - b), [...calls.keys()]);
  for (const { index, arguments: given, response } of results) {
    assert.deepEqual(given, calls[index]);
    assert.equal(response.success, true);
  }
  assert.deepEqual(told.map(({ done }) => done), calls.map((_, index) => index + 1));
  assert.ok(told.every(({ total, secondsLeft }) => total === 30 && secondsLeft === 0));
});

function bound(instance) {
  return { map: instance.map.bind(instance), cms: instance.cms };
}

test("an argument stands alone or in an array, and a failure is a response, whatever the instance says", async () => {
  const { map, cms } = bound(unlimited({ throwErrors: true }));
  const statuses = async (calls) => {
    const results = await all(map(cms.getAccountV2, calls));
    return Object.fromEntries(results.map(({ arguments: [id], response }) => [id, response.status]));
  };
  const expected = { [ZEROS]: 200, [UNKNOWN]: 404 };
  async function* later() {
    yield* [ZEROS, UNKNOWN];
  }
  assert.deepEqual(await statuses([ZEROS, [UNKNOWN]]), expected);
  assert.deepEqual(await statuses(new Set([ZEROS, UNKNOWN])), expected);
  assert.deepEqual(await statuses([ZEROS, UNKNOWN].values()), expected);
  assert.deepEqual(await statuses(later()), expected);
  assert.deepEqual(await all(map(cms.getAccountV2, [])), []);
  const own = { accId: ZEROS, toJSON: undefined };
  assert.equal((await all(map(cms.verifyWhitelistV2, [[1, own]])))[0].arguments[1], own);
});

test("the total is told where it is known", async () => {
  const { map, cms } = bound(unlimited());
  const totals = async (calls, method = cms.getAccountV2) => {
    const told = [];
    await all(map(method, calls, { progress: ({ total, secondsLeft }) => told.push([total, secondsLeft]) }));
    return told;
  };
  assert.deepEqual(await totals([ZEROS]), [[1, 0]]);
  assert.deepEqual(await totals(new Set([ZEROS])), [[1, 0]]);
  assert.deepEqual(await totals(new Map([[ZEROS, { newName: "Alex" }]]), cms.setAccountNameV2), [[1, 0]]);
  assert.deepEqual(await totals([ZEROS].values()), [[null, null]]);
});

test("no more are under way than wanted, one that waits to be taken counts, and the signal ends all", async () => {
  await hold();
  const { map, cms } = bound(unlimited());
  const ending = new AbortController();
  const results = all(map(cms.getAccountV2, Array(20).fill(ZEROS), { concurrency: 3, signal: ending.signal }));
  await requests("pending", 3);
  const reason = new Error("enough");
  ending.abort(reason);
  await assert.rejects(results, reason);
  await requests("aborted", 3);
  assert.equal((await world().journal()).length, 3);
});

test("nothing is begun that nobody takes", async () => {
  const { map, cms } = bound(unlimited());
  let taken = 0;
  function* calls() {
    for (; taken < 20; taken += 1) yield ZEROS;
  }
  const results = map(cms.getAccountV2, calls(), { concurrency: 2 });
  await results.next();
  await requests("answered", 2);
  assert.ok((await world().journal()).length <= 3);
  await results.return();
  assert.ok(taken <= 4);
});

test("a signal that was aborted before sends nothing", async () => {
  const { map, cms } = bound(unlimited());
  await assert.rejects(all(map(cms.getAccountV2, [ZEROS], AbortSignal.abort("never"))), (reason) => reason === "never");
  assert.deepEqual(await world().journal(), []);
});

test("leaving the loop ends what is under way and closes the source", async () => {
  await hold(2, 3, 4);
  const { map, cms } = bound(unlimited());
  let closed = false;
  function* calls() {
    try {
      for (let count = 0; count < 20; count += 1) yield ZEROS;
    } finally {
      closed = true;
    }
  }
  for await (const { response } of map(cms.getAccountV2, calls(), { concurrency: 4 })) {
    assert.ok(response.success);
    await requests("pending", 3);
    break;
  }
  await requests("aborted", 3);
  assert.ok(closed);
  assert.equal((await world().journal()).length, 4);
});

test("a source that says nothing more holds nobody up", async () => {
  const { map, cms } = bound(unlimited());
  const ending = new AbortController();
  async function* calls() {
    yield ZEROS;
    await new Promise(() => {});
  }
  for await (const { response } of map(cms.getAccountV2, calls())) {
    assert.ok(response.success);
    break;
  }
  const found = [];
  const waiting = (async () => {
    for await (const { index } of map(cms.getAccountV2, calls(), ending.signal)) {
      found.push(index);
      setImmediate(() => ending.abort());
    }
  })();
  await assert.rejects(waiting, { name: "AbortError" });
  assert.deepEqual(found, [0]);
});

test("a closed instance ends all", async () => {
  await hold();
  const instance = unlimited();
  const results = all(instance.map(instance.cms.getAccountV2, [ZEROS, ZEROS]));
  await requests("pending", 2);
  instance.close();
  await assert.rejects(results, { name: "AbortError" });
});

test("what the rate limit makes of it", async () => {
  const { map, cms } = bound(world().instance({ ceilings: { getAccountV2: 4 }, maxWait: 0 }));
  const told = [];
  const results = await all(map(cms.getAccountV2, Array(10).fill(ZEROS), { concurrency: 1, progress: (progress) => told.push(progress) }));
  assert.deepEqual(results.map(({ response }) => response.success), [...Array(4).fill(true), ...Array(6).fill(false)]);
  // Of ten, six are beyond the four of this minute: four after it, two after one more.
  assert.equal(told[0].free, 3);
  assert.ok(told[0].secondsLeft > 60 && told[0].secondsLeft <= 120, told[0].secondsLeft);
  assert.equal(told.at(-1).secondsLeft, 0);
});

test("a wrong call is named, and loses no result of others", async () => {
  const { map, cms } = bound(unlimited());
  const given = [];
  const mapping = async (calls, concurrency) => {
    for await (const { index } of map(cms.getAccountV2, calls, { concurrency })) given.push(index);
  };
  const message = /^calls\[2\]: accountId must be a UUID/;
  const refusal = { name: "RangeError", code: "ERR_SONORAN_ARGUMENT", argument: "accountId", index: 2, message };
  await assert.rejects(mapping([ZEROS, ZEROS, "nobody", ...Array(50).fill(ZEROS)], 3), refusal);
  assert.ok(given.includes(0) && given.includes(1) && given.length < 53);
  assert.equal((await world().journal()).length, given.length);
});

test("a source that fails loses no result either", async () => {
  const { map, cms } = bound(unlimited());
  function* calls() {
    yield ZEROS;
    throw new Error("no more");
  }
  const results = map(cms.getAccountV2, calls());
  assert.ok((await results.next()).value.response.success);
  await assert.rejects(results.next(), { message: "no more" });
  assert.deepEqual(await results.next(), { done: true, value: undefined });
});

test("what a progress throws or rejects with is a warning", async () => {
  const { map, cms } = bound(unlimited());
  const warned = once(process, "warning");
  const progress = async () => {
    throw new Error("no display");
  };
  assert.equal((await all(map(cms.getAccountV2, [ZEROS], { progress }))).length, 1);
  const [warning] = await warned;
  assert.match(warning.message, /progress.*no display/s);
});

test("misuse is told at once", () => {
  const instance = world().instance();
  const other = world().instance().cms.getAccountV2;
  const { cms, walk } = instance;
  const options = (options) => () => instance.map(cms.getAccountV2, [], options);
  const slips = [
    [() => instance.map("getAccountV2", []), "method must be a method of instance.cms, such as instance.cms.setAccountRanksV2, not a string"],
    [() => instance.map(walk.getAccountsV2, []), "method must be a method of instance.cms, such as instance.cms.setAccountRanksV2, not a function"],
    [() => instance.map(other, []), "method must be of the instance that maps: take its cms.getAccountV2"],
    [() => instance.map(cms.getAccountV2, "text"), "calls must be an array or another iterable of arguments, not a string"],
    [() => instance.map(cms.getAccountV2, { a: 1 }), "calls must be an array or another iterable of arguments, not an Object"],
    [() => instance.map(cms.getAccountV2), "calls must be an array or another iterable of arguments, not undefined"],
    [options({ concurrency: 0 }), "concurrency must be a whole number of at least 1, not 0"],
    [options({ concurrency: "4" }), "concurrency must be a whole number of at least 1, not 4"],
    [options({ progress: true }), "progress must be a function, not a boolean"],
    [options({ signal: true }), "signal must be an AbortSignal, not a boolean"],
    [options({ concurency: 4 }), "concurency is not an option of map: did you mean concurrency?"],
    [options({ Time_Out: 4 }), "Time_Out is not an option of map: did you mean timeout?"],
    [options({ color: 4 }), "color is not an option of map: there are concurrency, progress, signal, timeout, deadline, retries, maxWait and rateLimit"],
    [options(5), "options must be an AbortSignal or an object, not a number"],
    [() => instance.map(cms.getAccountV2, [], {}, {}), "arguments are too many for map: its call options are the last"],
  ];
  for (const [slip, message] of slips) {
    assert.throws(slip, { message, code: "ERR_SONORAN_ARGUMENT", argument: message.split(" ")[0] });
  }
});

test("call options hold for every call, and are given once", async () => {
  const { map, cms } = bound(unlimited({ retries: 0 }));
  await world().fault({ nth: [1], action: { type: "respond", status: 503 } });
  const [{ response }] = await all(map(cms.getAccountV2, [ZEROS], { retries: 1, timeout: undefined }));
  assert.deepEqual([response.success, response.attempts], [true, 2]);
  const every = { timeout: 9_000, deadline: 9_000, retries: 0, maxWait: 9_000, rateLimit: "off", signal: null, color: null };
  assert.equal((await all(map(cms.getAccountV2, [ZEROS], every))).length, 1);
  const message = "calls[0]: arguments are too many: call options are given to map, for all calls";
  await assert.rejects(all(map(cms.getAccountV2, [[ZEROS, { timeout: 5 }]])), { message });
});

test("who awaits it gets all results", async () => {
  const { map, cms } = bound(unlimited());
  const results = await map(cms.getAccountV2, [ZEROS, UNKNOWN]);
  assert.deepEqual(results.map(({ index, response }) => [index, response.status]).sort(), [[0, 200], [1, 404]]);
  const { index } = await Promise.race([map(cms.getAccountV2, [ZEROS]), never()]).then(([result]) => result);
  assert.equal(index, 0);
  await assert.rejects(async () => map(cms.getAccountV2, [[{}]]), { message: /^calls\[0\]: accountId must be a string/, index: 0 });
});

test("results are gathered once, whoever awaits them, and walked through once", async () => {
  const { map, cms } = bound(unlimited());
  const awaited = map(cms.getAccountV2, [ZEROS, UNKNOWN]);
  assert.equal(await awaited, await awaited);
  await assert.rejects(all(awaited), { message: /^results of map are awaited already/, code: "ERR_SONORAN_ARGUMENT" });
  const walked = map(cms.getAccountV2, [ZEROS, UNKNOWN]);
  await walked.next();
  await assert.rejects(async () => await walked, { message: /^results of map are walked through already/ });
  assert.equal((await all(walked)).length, 1);
});

function never() {
  return new Promise(() => {});
}

test("methods work when they were taken off, and those of Sonoran.Instance are known", async () => {
  const instance = new Sonoran.Instance({ apiKey: world().key, communityId: world().communityId });
  const { getCommunityV2 } = instance.cms;
  assert.equal((await all(instance.map(getCommunityV2, [[], []]))).length, 2);
});
