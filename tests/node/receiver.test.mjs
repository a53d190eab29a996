// The receiver of push events: on node:http, its queue, its handlers' failures, and its options.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import Sonoran from "sonoran.js";
import { deferred, eventText, head, PATH, rawConnection, send, serve } from "./events.mjs";
import { collector, testRules } from "./receivers.mjs";
import { KEY } from "./support.mjs";

testRules("node:http", (context, receiver) => serve(context, receiver.handler));

test("events are handed over in the order in which they came, each when the one before is done", async (context) => {
  const order = [];
  const handle = async ({ accountId }) => {
    order.push(`+${accountId}`);
    await new Promise((resolve) => setTimeout(resolve, accountId % 3));
    order.push(`-${accountId}`);
  };
  const handlers = { ACCOUNT_KICKED: handle, ACCOUNT_BANNED: handle };
  const { receiver } = collector({ handlers });
  const url = await serve(context, receiver.handler);
  for (let index = 0; index < 20; index += 1) {
    const type = index % 2 ? "ACCOUNT_KICKED" : "ACCOUNT_BANNED";
    await send(url, eventText(type, { accountId: String(index) }));
  }
  await receiver.close();
  assert.deepEqual(order, Array.from({ length: 20 }, (_, index) => [`+${index}`, `-${index}`]).flat());
});

test("an answer does not wait for the handler", async (context) => {
  const held = deferred();
  const { receiver } = collector({ handlers: { ACCOUNT_KICKED: () => held.promise } });
  const url = await serve(context, receiver.handler);
  assert.equal((await send(url, eventText())).status, 204);
  held.resolve();
  await receiver.close();
});

test("events without a handler are taken and dropped", async (context) => {
  const receiver = new Sonoran.EventReceiver({ key: ["OLD", KEY] });
  const url = await serve(context, receiver.handler);
  for (const text of [eventText(), eventText("X"), eventText("X", {}, "OLD")]) {
    assert.equal((await send(url, text)).status, 204);
  }
  await receiver.close();
});

test("data of other types than documented go to onUnknown", async (context) => {
  const unknown = [];
  const { receiver, events } = collector({ onUnknown: (event) => unknown.push(event) });
  const url = await serve(context, receiver.handler);
  await send(url, eventText("ACCOUNT_KICKED", { accountId: 7 }));
  await receiver.close();
  assert.deepEqual(events, []);
  assert.deepEqual(unknown, [{ type: "ACCOUNT_KICKED", known: false, accountId: null, data: { accountId: 7 } }]);
});

test("handlers may be methods of an object of one's own", async (context) => {
  class Handlers {
    #seen = [];
    ACCOUNT_KICKED({ accountId }) {
      this.#seen.push(accountId);
    }
    get seen() {
      return this.#seen;
    }
  }
  const handlers = new Handlers();
  const { receiver } = collector({ handlers });
  await send(await serve(context, receiver.handler), eventText());
  await receiver.close();
  assert.deepEqual(handlers.seen, ["a"]);
});

test("another path can be chosen", async (context) => {
  const { receiver } = collector({ path: "/events" });
  const url = await serve(context, receiver.handler);
  assert.equal((await send(url, eventText())).status, 404);
  assert.equal((await send(url, eventText(), { path: "/events" })).status, 204);
  await receiver.close();
});

/** Ways to fail. */
const FAILURES = {
  throws: () => {
    throw new Error("it broke");
  },
  rejects: async () => {
    throw new Error("it broke");
  },
  "rejects later": () => new Promise((_, reject) => setTimeout(reject, 5, new Error("it broke"))),
};

for (const [way, fail] of Object.entries(FAILURES)) {
  test(`a handler that ${way} is told to onError and stops nobody`, async (context) => {
    const told = [];
    const onError = (error, event) => told.push([error.message, event.type]);
    const { receiver, events } = collector({ onError, onUnknown: fail });
    const url = await serve(context, receiver.handler);
    for (const type of ["X", "ACCOUNT_KICKED", "Y"]) assert.equal((await send(url, eventText(type))).status, 204);
    await receiver.close();
    assert.deepEqual(told, [["it broke", "X"], ["it broke", "Y"]]);
    assert.equal(events.length, 1);
  });

  test(`a handler that ${way} is a warning where there is no onError`, async (context) => {
    const { receiver } = collector({ handlers: { ACCOUNT_KICKED: fail } });
    const url = await serve(context, receiver.handler);
    const warned = once(process, "warning");
    await send(url, eventText());
    const [warning] = await warned;
    assert.deepEqual([warning.name, warning.code], ["SonoranWarning", "SONORAN_FAILED"]);
    assert.match(warning.message, /^handlers\.ACCOUNT_KICKED failed: Error: it broke\n +at /);
  });

  test(`an onError that ${way} is a warning`, async (context) => {
    const { receiver } = collector({ onUnknown: fail, onError: fail });
    const url = await serve(context, receiver.handler);
    const warned = once(process, "warning");
    await send(url, eventText("X"));
    assert.match((await warned)[0].message, /^onError failed: Error: it broke/);
  });
}

test("whatever is thrown can be told", async (context) => {
  const unprintable = { [inspect.custom]: FAILURES.throws };
  for (const thrown of [undefined, null, Symbol("x"), Object.create(null), unprintable]) {
    const { receiver } = collector({
      onUnknown() {
        throw thrown;
      },
    });
    const url = await serve(context, receiver.handler);
    const warned = once(process, "warning");
    await send(url, eventText("X"));
    assert.match((await warned)[0].message, /^onUnknown failed: /);
  }
});

test("a response that cannot be written is a warning", async () => {
  const { receiver } = collector();
  const warned = once(process, "warning");
  receiver.handler({ method: "GET", url: PATH, headers: {} }, {});
  assert.match((await warned)[0].message, /^The receiver failed: TypeError/);
});

test("an event in parts of a byte is read whole", async (context) => {
  const { receiver, events } = collector();
  const url = await serve(context, receiver.handler);
  const text = eventText("X", { name: "Renée 🚓", pad: "x".repeat(10_000) });
  const { socket, received } = rawConnection(url, head("Connection: close", "Transfer-Encoding: chunked"));
  for (const byte of Buffer.from(text)) socket.write(Buffer.from([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a]));
  socket.write("0\r\n\r\n");
  assert.match(await received, /^HTTP\/1\.1 204 /);
  await receiver.close();
  assert.deepEqual(events[0].data, { name: "Renée 🚓", pad: "x".repeat(10_000) });
});

test("close can be called again, and on a receiver that was never used", async () => {
  const { receiver } = collector();
  await Promise.all([receiver.close(), receiver.close()]);
  await receiver.close();
});

test("a body that was still coming when the receiver was closed is not taken", async (context) => {
  const { receiver, events } = collector();
  const url = await serve(context, receiver.handler);
  const text = eventText();
  const { socket, received } = rawConnection(url, head("Connection: close", `Content-Length: ${text.length}`));
  socket.write(text.slice(0, 5));
  // An answer to another request says that the server has seen the first.
  await send(url, "{");
  await receiver.close();
  socket.write(text.slice(5));
  assert.match(await received, /^HTTP\/1\.1 503 /);
  assert.deepEqual(events, []);
});

test("neither a receiver nor a timer keeps the process alive", async () => {
  const script = `
    const Sonoran = require("sonoran.js");
    const { PassThrough } = require("node:stream");
    const receiver = new Sonoran.EventReceiver({ key: "k" });
    const request = Object.assign(new PassThrough(), { method: "POST", url: "${PATH}", headers: {} });
    receiver.handler(request, {});
    console.log("end");
  `;
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", script], { cwd });
  assert.equal(stdout, "end\n");
});

test("an accepted event is handled though the server is gone", async () => {
  const script = `
    const Sonoran = require("sonoran.js");
    const { createServer } = require("node:http");
    const ACCOUNT_KICKED = async (event) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(event.accountId);
    };
    const receiver = new Sonoran.EventReceiver({ key: "k", handlers: { ACCOUNT_KICKED } });
    const server = createServer(receiver.handler).listen(0, "127.0.0.1", async () => {
      const url = "http://127.0.0.1:" + server.address().port + "${PATH}";
      const body = ${JSON.stringify(eventText("ACCOUNT_KICKED", { accountId: "a" }, "k"))};
      await fetch(url, { method: "POST", body });
      server.close();
      server.closeAllConnections();
    });
  `;
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", script], { cwd });
  assert.equal(stdout, "a\n");
});

test("the key shows nowhere", async (context) => {
  const key = "sk-canary-91bf";
  const receiver = new Sonoran.EventReceiver({ key: [key, "another"], handlers: { ACCOUNT_KICKED: FAILURES.throws } });
  const url = await serve(context, receiver.handler);
  const warned = once(process, "warning");
  const answers = [await send(url, eventText("ACCOUNT_KICKED", { accountId: "a" }, key))];
  for (const text of [eventText("X", {}, `${key}x`), `{"key":"${key}"`, eventText("", {}, key)]) {
    answers.push(await send(url, text));
  }
  assert.deepEqual(answers.map(({ status }) => status), [204, 401, 400, 400]);
  for (const value of [receiver, receiver.handler, receiver.fastify, (await warned)[0], ...answers]) {
    const shown = inspect(value, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(value) + value;
    assert.doesNotMatch(shown, /canary/);
  }
  await receiver.close();
});

/** Options that are wrong: what there is beside the key, the error, and what it names. */
const WRONG_OPTIONS = [
  [{ key: undefined }, TypeError, "key"],
  [{ key: 7 }, TypeError, "key"],
  [{ key: "" }, RangeError, "key"],
  [{ key: [] }, RangeError, "key"],
  [{ handler: () => {} }, TypeError, "handler"],
  [{ handlers: [] }, TypeError, "handlers"],
  [{ handlers: () => {} }, TypeError, "handlers"],
  [{ handlers: { ACCOUNT_KIKED() {} } }, RangeError, "handlers.ACCOUNT_KIKED"],
  [{ handlers: { ACCOUNT_KICKED: "log" } }, TypeError, "handlers.ACCOUNT_KICKED"],
  [{ onUnknown: {} }, TypeError, "onUnknown"],
  [{ onError: "log" }, TypeError, "onError"],
  [{ maxQueue: "5" }, TypeError, "maxQueue"],
  [{ maxQueue: 0 }, RangeError, "maxQueue"],
  [{ maxQueue: 1.5 }, RangeError, "maxQueue"],
  [{ maxQueue: Infinity }, RangeError, "maxQueue"],
  [{ bodyTimeout: "5" }, TypeError, "bodyTimeout"],
  [{ bodyTimeout: 0 }, RangeError, "bodyTimeout"],
  [{ bodyTimeout: NaN }, RangeError, "bodyTimeout"],
  [{ bodyTimeout: 2 ** 31 }, RangeError, "bodyTimeout"],
  [{ path: 5 }, TypeError, "path"],
  [{ path: "events" }, RangeError, "path"],
  [{ path: "/events?x" }, RangeError, "path"],
];

for (const [options, Class, argument] of WRONG_OPTIONS) {
  test(`a receiver is refused with ${inspect(options)}`, () => {
    const refusal = { name: Class.name, argument, code: "ERR_SONORAN_ARGUMENT" };
    assert.throws(() => new Sonoran.EventReceiver({ key: KEY, ...options }), refusal);
  });
}

for (const options of [undefined, null, KEY, [], () => {}]) {
  test(`a receiver's options are refused as ${typeof options} ${Array.isArray(options)}`, () => {
    assert.throws(() => new Sonoran.EventReceiver(options), { name: "TypeError", argument: "options" });
  });
}

test("every option may be left undefined but the key", () => {
  const names = ["handlers", "onUnknown", "onError", "maxQueue", "bodyTimeout", "path"];
  const options = Object.fromEntries(names.map((name) => [name, undefined]));
  assert.ok(new Sonoran.EventReceiver({ key: KEY, ...options }));
});
