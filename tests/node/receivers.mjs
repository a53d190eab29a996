// The rules that every receiver keeps, whatever it is plugged into.

import assert from "node:assert/strict";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { deferred, documentedEvents, eventOfSize, eventText, head, LIMIT, PATH } from "./events.mjs";
import { rawConnection, send, sendAll } from "./events.mjs";
import { KEY } from "./support.mjs";

const OPTIONS = { timeout: 30_000 };
const TYPES = documentedEvents.map(({ type }) => type);

/** A receiver that collects what it is given; `got(n)` waits for the nth event. */
export function collector(options = {}) {
  const events = [];
  const waiting = new Map();
  const collect = (event) => {
    events.push(event);
    waiting.get(events.length)?.resolve();
  };
  const handlers = Object.fromEntries(TYPES.map((type) => [type, collect]));
  const receiver = new Sonoran.EventReceiver({ key: KEY, handlers, onUnknown: collect, ...options });
  const got = (count) => {
    if (events.length >= count) return undefined;
    if (!waiting.has(count)) waiting.set(count, deferred());
    return waiting.get(count).promise;
  };
  return { receiver, events, got, collect };
}

/** What is answered: a name, the body, how it is sent, the status, and the text or words of it. */
const ANSWERS = [
  ["an event", eventText(), {}, 204, /^$/],
  ["an event of another type", eventText("X"), {}, 204, /^$/],
  ["an event of 256 KiB", eventOfSize(LIMIT), {}, 204, /^$/],
  ["an event in parts", eventText(), { headers: { "Transfer-Encoding": "chunked" } }, 204, /^$/],
  ["a wrong key", eventText("X", {}, "WRONG"), {}, 401, /^The event's `key` is missing or is not a key/],
  ["no JSON", "{", {}, 400, /^The body is not JSON \(line 1, column 1\)\.\n$/],
  ["no body", "", {}, 400, /^The body is not JSON/],
  ["a list", "[]", {}, 400, /no JSON object/],
  ["a byte beyond 256 KiB", eventOfSize(LIMIT + 1), {}, 413, /^The body has more than 256 KiB\.\n$/],
  ["the same in parts", eventOfSize(LIMIT + 1), { headers: { "Transfer-Encoding": "chunked" } }, 413, /^The body has more than 256 KiB\.\n$/],
  ["PUT", eventText(), { method: "PUT" }, 405, /POST/],
  ["GET", "", { method: "GET" }, 405, /POST/],
  ["another path", eventText(), { path: "/sonorancms/event" }, 404, /./],
  ["a path below", eventText(), { path: `${PATH}/more` }, 404, /./],
  ["a query", eventText(), { path: `${PATH}?a=b` }, 204, /^$/],
];

for (const type of ["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "???"]) {
  ANSWERS.push([`an event as ${type}`, eventText(), { headers: { "Content-Type": type } }, 204, /^$/]);
}

/** Tests that the rules hold for what `mount(context, receiver)` serves; it gives the address. */
export function testRules(where, mount) {
  for (const { type, body } of documentedEvents) {
    test(`${where}: ${type} arrives whole`, OPTIONS, async (context) => {
      const { receiver, events, got } = collector();
      const url = await mount(context, receiver);
      assert.deepEqual(statusOf(await send(url, JSON.stringify(body))), 204);
      await got(1);
      const accountId = body.data.accountId ?? body.data.accId;
      assert.deepEqual(events, [{ type, known: true, accountId, data: body.data }]);
    });
  }

  for (const [name, body, how, status, text] of ANSWERS) {
    test(`${where}: ${name} is answered with ${status}`, OPTIONS, async (context) => {
      const { receiver, events } = collector();
      const url = await mount(context, receiver);
      const answer = await send(url, body, how);
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.text, text);
      if (status === 405) assert.equal(answer.headers.allow, "POST");
      if (status === 413) assert.equal(answer.headers.connection, "close");
      if (status > 400 && status !== 404) assert.match(answer.headers["content-type"], /^text\/plain/);
      await receiver.close();
      assert.equal(events.length, status === 204 ? 1 : 0);
    });
  }

  test(`${where}: the rest of a body that is too large is not waited for`, OPTIONS, async (context) => {
    const { receiver } = collector();
    const url = await mount(context, receiver);
    const announced = rawConnection(url, head(`Content-Length: ${LIMIT + 1}`));
    assert.match(await announced.received, /^HTTP\/1\.1 413 /);
    const part = "x".repeat(LIMIT + 1);
    const endless = rawConnection(url, `${head("Transfer-Encoding: chunked")}${part.length.toString(16)}\r\n${part}`);
    assert.match(await endless.received, /^HTTP\/1\.1 413 /);
  });

  test(`${where}: a body that does not come in time is answered with 408`, OPTIONS, async (context) => {
    const { receiver, events } = collector({ bodyTimeout: 50 });
    const url = await mount(context, receiver);
    const { received } = rawConnection(url, `${head("Content-Length: 100")}{"key":`);
    const answer = await received;
    assert.match(answer, /^HTTP\/1\.1 408 [^]*\r\nconnection: close\r\n[^]*within 50 ms/i);
    assert.equal((await send(url, eventText())).status, 204);
    await receiver.close();
    assert.equal(events.length, 1);
  });

  test(`${where}: a sender that goes away is no harm`, OPTIONS, async (context) => {
    const { receiver, events } = collector();
    const url = await mount(context, receiver);
    for (let count = 0; count < 20; count += 1) {
      const { socket, received } = rawConnection(url, `${head("Content-Length: 100")}{"key":`);
      if (count % 2) socket.destroy();
      else socket.resetAndDestroy();
      await received;
    }
    assert.equal((await send(url, eventText())).status, 204);
    await receiver.close();
    assert.equal(events.length, 1);
  });

  test(`${where}: 1,000 events at once all arrive, one after the other`, OPTIONS, async (context) => {
    let running = 0;
    let most = 0;
    const seen = new Set();
    const handle = async ({ accountId }) => {
      most = Math.max(most, (running += 1));
      seen.add(accountId);
      await null;
      running -= 1;
    };
    const { receiver } = collector({ handlers: { ACCOUNT_KICKED: handle } });
    const url = await mount(context, receiver);
    const ids = Array.from({ length: 1_000 }, (_, index) => `account-${index}`);
    const answers = await sendAll(url, ids.map((accountId) => eventText("ACCOUNT_KICKED", { accountId })));
    assert.ok(answers.every(({ status }) => status === 204));
    await receiver.close();
    assert.deepEqual([...seen].sort(), ids.sort());
    assert.equal(most, 1);
  });

  test(`${where}: a full queue is answered with 503, and close waits for what was taken`, OPTIONS, async (context) => {
    const [entered, released] = [deferred(), deferred()];
    const order = [];
    const handle = async ({ accountId }) => {
      entered.resolve();
      await released.promise;
      order.push(accountId);
    };
    const { receiver } = collector({ handlers: { ACCOUNT_KICKED: handle }, maxQueue: 2 });
    const url = await mount(context, receiver);
    const post = (accountId) => send(url, eventText("ACCOUNT_KICKED", { accountId }));
    assert.equal((await post("a")).status, 204);
    await entered.promise;
    assert.deepEqual([await post("b"), await post("c")].map(statusOf), [204, 204]);
    const full = await post("d");
    assert.deepEqual([full.status, full.headers["retry-after"]], [503, "1"]);
    assert.match(full.text, /No more events can be taken at the moment/);
    assert.equal((await send(url, eventText("X", {}, "WRONG"))).status, 401);
    let closed = false;
    const closing = receiver.close().then(() => (closed = true));
    const late = await post("e");
    assert.deepEqual([late.status, late.headers["retry-after"], closed], [503, "1", false]);
    released.resolve();
    await closing;
    assert.deepEqual(order, ["a", "b", "c"]);
  });
}

function statusOf({ status }) {
  return status;
}
