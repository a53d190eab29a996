// Receivers in Express and Fastify, and whether their types fit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { deferred, eventOfSize, eventText, LIMIT, PATH, send, serve } from "./events.mjs";
import { compileTypes, require } from "./frameworks.mjs";
import { collector, testRules } from "./receivers.mjs";

const express = require("express");
const Fastify = require("fastify");

testRules("Express", (context, { handler }) => serve(context, express().all(PATH, handler)));

testRules("Fastify", async (context, receiver) => {
  const app = Fastify();
  context.after(() => app.close());
  await app.register(receiver.fastify);
  return app.listen({ host: "127.0.0.1", port: 0 });
});

/** What may have read the body before the receiver. */
const PARSERS = {
  "express.json": express.json({ type: () => true, limit: "1mb", strict: false }),
  "express.raw": express.raw({ type: () => true, limit: "1mb" }),
  "express.text": express.text({ type: () => true, limit: "1mb" }),
  "a parser that leaves an empty object": (request, _response, next) => next((request.body = {}) && undefined),
};

for (const [name, parser] of Object.entries(PARSERS)) {
  test(`Express: an event is read after ${name}`, async (context) => {
    const { receiver, events } = collector();
    const url = await serve(context, express().use(parser).post(PATH, receiver.handler));
    const statuses = [];
    for (const text of [eventText(), eventText("X", {}, "WRONG"), "[]", eventOfSize(LIMIT + 1)]) {
      statuses.push((await send(url, text)).status);
    }
    assert.deepEqual(statuses, [204, 401, 400, 413]);
    await receiver.close();
    assert.deepEqual(events.map(({ accountId }) => accountId), ["a"]);
  });
}

/** Bodies that another parser may have left. */
const LEFT = { null: null, "a number": 5, "a bigint": 5n, "a function": () => {}, "a cycle": {} };
LEFT["a cycle"].self = LEFT["a cycle"];

for (const [name, body] of Object.entries(LEFT)) {
  test(`Express: ${name} in place of the body is refused`, async (context) => {
    const { receiver } = collector();
    const leave = (request, _response, next) => {
      request.body = body;
      next();
    };
    const url = await serve(context, express().use(express.text({ type: () => true }), leave, receiver.handler));
    assert.equal((await send(url, eventText())).status, 400);
  });
}

test("Express: a body that was read and not kept is refused", async (context) => {
  const { receiver } = collector();
  const read = (request, _response, next) => void request.resume().on("end", () => next());
  const url = await serve(context, express().use(read, receiver.handler));
  assert.equal((await send(url, eventText())).status, 400);
});

test("Express: a body in a text encoding is read", async (context) => {
  const { receiver, events } = collector();
  const encode = (request, _response, next) => next(void request.setEncoding("utf8"));
  const url = await serve(context, express().use(encode, receiver.handler));
  assert.equal((await send(url, eventText("X", { name: "Renée 🚓" }))).status, 204);
  await receiver.close();
  assert.equal(events[0].data.name, "Renée 🚓");
});

test("Express: mounted at a path or chosen by a route, the option path is not looked at", async (context) => {
  const { receiver } = collector();
  const router = express.Router().post("/routed", receiver.handler);
  const url = await serve(context, express().use("/mounted", receiver.handler).use("/below", router));
  for (const path of ["/mounted", "/below/routed"]) assert.equal((await send(url, eventText(), { path })).status, 204);
  await receiver.close();
});

test("Express: for all paths, it leaves those that are not its own to the next", async (context) => {
  const { receiver } = collector();
  const next = (_request, response) => response.status(418).end();
  const url = await serve(context, express().use(receiver.handler).use(next));
  assert.equal((await send(url, eventText())).status, 204);
  assert.equal((await send(url, eventText(), { path: "/other" })).status, 418);
  assert.equal((await send(url, "", { method: "GET" })).status, 405);
  await receiver.close();
});

test("Express: a response that somebody else has ended is left alone", async (context) => {
  const { receiver } = collector();
  const end = (_request, response, next) => next(void response.end("done"));
  const url = await serve(context, express().use(end, receiver.handler));
  assert.equal((await send(url, eventText())).text, "done");
  await receiver.close();
});

test("Fastify: other routes keep their parsers, and the prefix holds", async (context) => {
  const { receiver } = collector();
  const app = Fastify();
  context.after(() => app.close());
  await app.register(receiver.fastify, { prefix: "/hooks" });
  app.post("/other", (request, reply) => reply.send({ got: request.body }));
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  assert.equal((await send(url, eventText(), { path: `/hooks${PATH}` })).status, 204);
  const json = { headers: { "Content-Type": "application/json" }, path: "/other" };
  assert.equal((await send(url, '{"a":1}', json)).text, '{"got":{"a":1}}');
  await receiver.close();
});

// Its own client needs a newer Node.js than this package.
const newer = { skip: parseInt(process.versions.node, 10) < 20 };

test("Fastify: what its own client sends without a server is answered too", newer, async () => {
  const { receiver, events } = collector();
  const app = Fastify();
  await app.register(receiver.fastify);
  const answer = await app.inject({ method: "POST", url: PATH, payload: eventText() });
  assert.equal(answer.statusCode, 204);
  await receiver.close();
  assert.equal(events.length, 1);
  await app.close();
});

test("Fastify: close waits for the handlers", async () => {
  const [entered, released] = [deferred(), deferred()];
  const done = [];
  const handle = async ({ accountId }) => {
    entered.resolve();
    await released.promise;
    done.push(accountId);
  };
  const { receiver } = collector({ handlers: { ACCOUNT_KICKED: handle } });
  const app = Fastify();
  await app.register(receiver.fastify);
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  assert.equal((await send(url, eventText())).status, 204);
  await entered.promise;
  let closed = false;
  const closing = app.close().then(() => (closed = true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(closed, false);
  released.resolve();
  await closing;
  assert.deepEqual(done, ["a"]);
});

test("the types fit those of Node, Express and Fastify", () => compileTypes());
