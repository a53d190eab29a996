// The set-up events that older programs wait for: only where they were asked for.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { deferred } from "./events.mjs";
import { useEmulator } from "./support.mjs";

const emulator = useEmulator();
const SUCCESS = "CMS_SETUP_SUCCESSFUL";
const FAILURE = "CMS_SETUP_UNSUCCESSFUL";

test("nothing is asked of the service where nobody wants to know", async () => {
  const instance = emulator.instance();
  assert.ok(instance instanceof EventEmitter);
  emulator.instance({ setupEvents: false });
  await instance.cms.getCommunityV2();
  assert.deepEqual((await emulator.journal()).map(({ path }) => path), ["/v2/community"]);
});

test("a good key is a success, told without arguments after the listeners are there", async () => {
  const instance = emulator.instance({ setupEvents: true });
  instance.on(FAILURE, (error) => assert.fail(error));
  assert.deepEqual(await once(instance, SUCCESS), []);
  assert.deepEqual((await emulator.journal()).map(({ body }) => body.type), ["GET_SUB_VERSION"]);
});

test("a wrong key is a failure, told with the error", async () => {
  const instance = emulator.instance({ setupEvents: true, apiKey: "WRONG_KEY" });
  instance.on(SUCCESS, () => assert.fail("it succeeded"));
  const [error] = await once(instance, FAILURE);
  assert.ok(error instanceof Sonoran.AuthError, error.stack);
  assert.match(error.message, /INVALID API KEY/);
});

test("a service out of reach is a failure, with throwErrors too", async () => {
  for (const throwErrors of [false, true]) {
    const apiUrl = `http://127.0.0.1:${await closedPort()}`;
    const instance = emulator.instance({ setupEvents: true, apiUrl, retries: 0, throwErrors });
    const [error] = await once(instance, FAILURE);
    assert.ok(error instanceof Sonoran.ConnectError, error.stack);
  }
});

test("without listeners nothing happens, whatever comes of it", async () => {
  const waiting = ["YOUR_API_KEY", "WRONG_KEY"].map((apiKey) => {
    const instance = emulator.instance({ setupEvents: true, apiKey });
    const emitted = [];
    const { promise, resolve } = deferred();
    instance.emit = (...event) => {
      emitted.push(event[0]);
      resolve(EventEmitter.prototype.emit.call(instance, ...event));
      return true;
    };
    return promise.then((heard) => [heard, ...emitted]);
  });
  assert.deepEqual(await Promise.all(waiting), [[false, SUCCESS], [false, FAILURE]]);
});

test("a listener can be taken away, and hears once where it is so wanted", async () => {
  const instance = emulator.instance({ setupEvents: true });
  const heard = [];
  const away = () => heard.push("away");
  instance.on(SUCCESS, away).off(SUCCESS, away);
  instance.once(SUCCESS, () => heard.push("once"));
  await once(instance, SUCCESS);
  assert.deepEqual(heard, ["once"]);
  assert.equal(instance.listenerCount(SUCCESS), 0);
});

for (const value of ["yes", 1, {}]) {
  test(`setupEvents is refused as ${typeof value}`, () => {
    assert.throws(() => emulator.instance({ setupEvents: value }), { name: "TypeError", argument: "setupEvents" });
  });
}

async function closedPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
