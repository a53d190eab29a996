// The set-up events that start-up code waits for: the first listener makes the service be asked, every listener hears.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { deferred } from "./events.mjs";
import { CLOSED_PORT, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const SUCCESS = "CMS_SETUP_SUCCESSFUL";
const FAILURE = "CMS_SETUP_UNSUCCESSFUL";

async function asked() {
  return (await emulator.journal()).map(({ body }) => body.type);
}

test("nothing is asked of the service where nobody listens", async () => {
  const instance = emulator.instance();
  assert.ok(instance instanceof EventEmitter);
  instance.on("something else", () => {});
  await instance.cms.getCommunityV2();
  assert.deepEqual((await emulator.journal()).map(({ path }) => path), ["/v2/community"]);
});

test("a good key is a success, told without arguments to listeners that come after the instance", async () => {
  const instance = emulator.instance();
  instance.on(FAILURE, (error) => assert.fail(error));
  assert.deepEqual(await once(instance, SUCCESS), []);
  assert.deepEqual(await asked(), ["GET_SUB_VERSION"]);
});

test("a wrong key is a failure, told with the error", async () => {
  const instance = emulator.instance({ apiKey: "WRONG_KEY" });
  instance.on(SUCCESS, () => assert.fail("it succeeded"));
  const [error] = await once(instance, FAILURE);
  assert.ok(error instanceof Sonoran.AuthError, error.stack);
  assert.match(error.message, /INVALID API KEY/);
});

test("a service out of reach is a failure, with throwErrors too", async () => {
  for (const throwErrors of [false, true]) {
    const apiUrl = `http://127.0.0.1:${CLOSED_PORT}`;
    const instance = emulator.instance({ apiUrl, retries: 0, throwErrors });
    const [error] = await once(instance, FAILURE);
    assert.ok(error instanceof Sonoran.ConnectError, error.stack);
  }
});

test("a late listener hears what came of it, and the service is not asked again", async () => {
  const instance = emulator.instance();
  await once(instance, SUCCESS);
  assert.deepEqual(await once(instance, SUCCESS), []);
  const { promise, resolve } = deferred();
  instance.on(FAILURE, () => assert.fail("it failed")).on(SUCCESS, resolve);
  await promise;
  assert.deepEqual(await asked(), ["GET_SUB_VERSION"]);
});

for (const way of ["on", "once", "addListener", "prependListener", "prependOnceListener"]) {
  test(`a listener added by ${way} hears once, and with the instance as this`, async () => {
    const instance = emulator.instance();
    const heard = [];
    instance[way](SUCCESS, function () {
      heard.push(this);
    });
    await once(instance, SUCCESS);
    await new Promise(setImmediate);
    assert.deepEqual(heard, [instance]);
    assert.equal(instance.listenerCount(SUCCESS), way.toLowerCase().includes("once") ? 0 : 1);
  });
}

test("a listener that was taken away hears nothing", async () => {
  const instance = emulator.instance();
  const away = () => assert.fail("it was called");
  instance.on(SUCCESS, away).off(SUCCESS, away);
  await once(instance, SUCCESS);
  assert.equal(instance.listenerCount(SUCCESS), 0);
});

test("setupEvents is no option any more", () => {
  assert.throws(() => emulator.instance({ setupEvents: true }), { name: "TypeError", argument: "setupEvents" });
});
