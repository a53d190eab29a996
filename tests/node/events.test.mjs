// Push events as text: what is read, what is refused, and that nothing else can happen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import vm from "node:vm";
import Sonoran from "sonoran.js";
import { documentedEvents, eventOfSize, eventText, LIMIT } from "./events.mjs";
import { anyJson, anyText, random } from "./random.mjs";
import { covered, KEY } from "./support.mjs";

const { EventError, parseEvent } = Sonoran;
const RUNS = 2_000;

test("there are documented events", () => assert.equal(documentedEvents.length, 3));

for (const { type, body } of documentedEvents) {
  test(`${type} is read as documented`, () => {
    const accountId = body.data.accountId ?? body.data.accId;
    const expected = { type, known: true, accountId, data: body.data };
    for (const form of [JSON.stringify(body), JSON.stringify(body, null, 2), Buffer.from(JSON.stringify(body))]) {
      assert.deepEqual(parseEvent(form, KEY), expected);
      assert.deepEqual(parseEvent(form, ["AN_OLD_KEY", KEY]), expected);
    }
    assert.equal(Object.getPrototypeOf(parseEvent(JSON.stringify(body), KEY)), Object.prototype);
    covered(type);
  });
}

test("what is not documented is passed on", () => {
  const other = { type: "ROSTER_CHANGED", known: false, accountId: null, data: { rosterId: 7 } };
  assert.deepEqual(parseEvent(eventText("ROSTER_CHANGED", { rosterId: 7 }), KEY), other);
  const mistyped = { type: "ACCOUNT_UPDATED", known: false, accountId: "b", data: { accId: "b", owner: "yes" } };
  assert.deepEqual(parseEvent(eventText("ACCOUNT_UPDATED", mistyped.data), KEY), mistyped);
  const without = { type: "ACCOUNT_KICKED", known: false, accountId: null, data: null };
  assert.deepEqual(parseEvent(JSON.stringify({ key: KEY, type: "ACCOUNT_KICKED" }), KEY), without);
});

test("data can't change what an object is", () => {
  const { data } = parseEvent(`{"key":"${KEY}","type":"X","data":{"__proto__":{"admin":true}}}`, KEY);
  assert.equal(data.admin, undefined);
  assert.deepEqual(Object.keys(data), ["__proto__"]);
});

const whole = eventText();

/** Bodies in all the forms that bytes come in. */
const FORMS = {
  "a Buffer within a larger one": Buffer.from(`..${whole}..`).subarray(2, -2),
  "a Uint8Array": new TextEncoder().encode(whole),
  "shared memory": shared(whole),
  "bytes of another realm": vm.runInNewContext(`Uint8Array.of(${[...Buffer.from(whole)]})`),
  "text behind a byte order mark": `\ufeff${whole}`,
};

for (const [form, body] of Object.entries(FORMS)) {
  test(`a body is read as ${form}`, () => assert.equal(parseEvent(body, KEY).accountId, "a"));
}

const depth = (levels) => `{"key":"${KEY}","type":"X","data":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
const members = (count) => eventText("X", Array(count - 3).fill(1));

/** What is refused: a name, the body, the kind and the status, and words of the reason. */
const REFUSED = [
  ["nothing", "", "malformed", 400, "not JSON"],
  ["no bytes", new Uint8Array(), "malformed", 400, "not JSON"],
  ["half an event", whole.slice(0, -1), "malformed", 400, "not JSON"],
  ["two events", whole + whole, "malformed", 400, "not JSON"],
  ["bytes that are no text", Buffer.from([0x7b, 0xff, 0xfe]), "malformed", 400, "not JSON"],
  ["half a character", eventText("\ud83d").replace("\\ud83d", "\ud83d"), "malformed", 400, "Unicode"],
  ["half a character, escaped", eventText("\ud83d"), "malformed", 400, "not JSON"],
  ["a list", `["${KEY}","X"]`, "malformed", 400, "no JSON object"],
  ["two keys", `{"key":"x","key":"${KEY}","type":"X"}`, "malformed", 400, "more than once"],
  ["no type", `{"key":"${KEY}"}`, "malformed", 400, "`type`"],
  ["an empty type", eventText(""), "malformed", 400, "`type`"],
  ["a number as type", `{"key":"${KEY}","type":7}`, "malformed", 400, "`type`"],
  ["33 levels", depth(33), "malformed", 400, "32 levels"],
  ["10,001 members", members(10_001), "malformed", 400, "10000 members"],
  ["no key", '{"type":"X"}', "auth", 401, "`key`"],
  ["an empty key", eventText("X", {}, ""), "auth", 401, "`key`"],
  ["another key", eventText("X", {}, "ANOTHER_KEY"), "auth", 401, "`key`"],
  ["the beginning of the key", eventText("X", {}, KEY.slice(0, -1)), "auth", 401, "`key`"],
  ["a list of the key", `{"key":["${KEY}"],"type":"X"}`, "auth", 401, "`key`"],
  ["a byte beyond 256 KiB", eventOfSize(LIMIT + 1), "tooLarge", 413, "256 KiB"],
  ["a byte beyond 256 KiB, as bytes", Buffer.from(eventOfSize(LIMIT + 1)), "tooLarge", 413, "256 KiB"],
  ["long characters beyond 256 KiB", "\u20ac".repeat(LIMIT / 2), "tooLarge", 413, "256 KiB"],
  ["a text far beyond 256 KiB", "x".repeat(1 << 26), "tooLarge", 413, "256 KiB"],
];

for (const [name, body, kind, status, words] of REFUSED) {
  test(`${name}: refused as ${kind}`, () => {
    const error = refusalOf(body, KEY);
    assert.deepEqual({ ...error }, { kind, reason: error.message, status });
    assert.ok(error.reason.includes(words), error.reason);
    assert.deepEqual(JSON.parse(JSON.stringify(error)), { kind, reason: error.reason, status });
    assert.ok(error instanceof Error && error.name === "EventError" && inspect(error).includes("EventError: "));
  });
}

test("what just keeps within the bounds is read", () => {
  for (const body of [eventOfSize(LIMIT), depth(32), members(10_000)]) assert.ok(parseEvent(body, KEY));
});

/** Arguments that are wrong: body, key, the error, and what it names. */
const WRONG = [
  [undefined, KEY, TypeError, "body"],
  [null, KEY, TypeError, "body"],
  [JSON.parse(whole), KEY, TypeError, "body"],
  [[...Buffer.from(whole)], KEY, TypeError, "body"],
  [new Uint16Array(8), KEY, TypeError, "body"],
  [new ArrayBuffer(8), KEY, TypeError, "body"],
  [whole, undefined, TypeError, "key"],
  [whole, null, TypeError, "key"],
  [whole, 7, TypeError, "key"],
  [whole, Buffer.from(KEY), TypeError, "key"],
  [whole, [KEY, undefined], TypeError, "key"],
  [whole, "", RangeError, "key"],
  [whole, [], RangeError, "key"],
  [whole, [KEY, ""], RangeError, "key"],
  [whole, " ", RangeError, "key"],
  [whole, [KEY, "K1\n"], RangeError, "key"],
  [whole, "\ud83d", RangeError, "key"],
];

for (const [body, key, Class, argument] of WRONG) {
  test(`the ${argument} is refused as ${inspect(argument === "body" ? body : key).slice(0, 40)}`, () => {
    assert.throws(() => parseEvent(body, key), { name: Class.name, argument, code: "ERR_SONORAN_ARGUMENT" });
  });
}

test("a replaced half of a character is no key", () => {
  assert.throws(() => parseEvent(eventText("X", {}, "\ufffd"), "\ud83d"), RangeError);
});

test("any bytes are refused", () => {
  const { next } = random();
  for (let run = 0; run < RUNS; run += 1) refusalOf(Uint8Array.from({ length: next(64) }, () => next(256)), KEY);
});

test("any JSON without the key is refused, without repeating it", () => {
  const source = random();
  for (let run = 0; run < RUNS; run += 1) {
    const { message } = refusalOf(JSON.stringify({ secret: "c4nary", more: anyJson(source) }), KEY);
    assert.ok(!message.includes("c4nary"));
  }
});

test("any data with the key are passed on unchanged", () => {
  const source = random();
  for (let run = 0; run < RUNS; run += 1) {
    const type = source.next(2) ? `T${anyText(source)}` : documentedEvents[source.next(3)].type;
    const data = anyJson(source);
    const event = parseEvent(eventText(type, data), KEY);
    assert.deepEqual({ type: event.type, data: event.data }, { type, data });
    assert.ok(event.accountId === null || typeof event.accountId === "string");
    if (event.known) assert.ok(documentedEvents.some((each) => each.type === type));
  }
});

test("a changed character is an event or a refusal", () => {
  const { next } = random();
  const body = Buffer.from(JSON.stringify(documentedEvents[0].body));
  for (let run = 0; run < RUNS; run += 1) {
    const changed = Buffer.from(body);
    changed[next(changed.length)] = next(256);
    try {
      assert.equal(typeof parseEvent(changed, KEY).type, "string");
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
    }
  }
});

test("neither key nor body shows in a refusal", () => {
  const canary = "sk-canary-7a1e";
  for (const body of [eventText("X", {}, canary), `{"key":"${canary}"`, eventText("X", {}, canary).repeat(9_000)]) {
    for (const key of ["another", canary]) {
      if (key === canary && body === eventText("X", {}, canary)) continue;
      const error = refusalOf(body, key);
      assert.doesNotMatch(inspect(error, { showHidden: true, depth: 9 }) + JSON.stringify(error), /canary/);
    }
  }
});

function refusalOf(body, key) {
  try {
    parseEvent(body, key);
  } catch (error) {
    assert.ok(error instanceof EventError, error.stack);
    return error;
  }
  assert.fail("it was accepted");
}

function shared(text) {
  const bytes = Buffer.from(text);
  const view = new Uint8Array(new SharedArrayBuffer(bytes.length));
  view.set(bytes);
  return view;
}
