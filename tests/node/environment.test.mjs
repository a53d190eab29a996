// The environment that JavaScript sees: `process.env`, which in a worker thread is not the process's own.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import { SHARE_ENV, Worker } from "node:worker_threads";
import Sonoran from "sonoran.js";
import { KEY, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const entry = createRequire(import.meta.url).resolve("sonoran.js");
const URL_NAME = "SONORAN_CMS_API_URL";
const OPTIONS = { apiKey: KEY, communityId: "YOUR_COMMUNITY_ID" };

/** Sets variables of this process until the test ends. */
function set(context, variables) {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    context.after(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

test("the address is read when the instance is made, and the option goes before it", async (context) => {
  set(context, { [URL_NAME]: emulator.url });
  const instance = Sonoran.instance(OPTIONS);
  process.env[URL_NAME] = "http://127.0.0.1:9";
  assert.equal((await instance.cms.getCommunityV2()).reason, null);
  assert.equal((await emulator.instance().cms.getCommunityV2()).reason, null);
});

test("limits are shared where the environment says so", (context) => {
  set(context, { SONORAN_SHARE_LIMITS: "cluster" });
  assert.throws(() => emulator.instance(), { name: "RangeError", message: /^SONORAN_SHARE_LIMITS must be/ });
  // The option goes before it.
  emulator.instance({ shareLimits: "process" });
});

/** What is no address, and words of the refusal. */
const MALFORMED = [
  ["emulator", "must be"],
  ["undefined", "must be"],
  ["http://api.example.com", "must be https"],
  ["http://127.0.0.1:8642?x=1", "query"],
  ["http://127.0.0.1:8642/\ufffd", "no valid Unicode"],
  ["http://127.0.0.1:8642/\ud800", "no valid Unicode"],
];

for (const [value, words] of MALFORMED) {
  test(`${JSON.stringify(value)} as address is refused, and never stands for production`, (context) => {
    set(context, { [URL_NAME]: value });
    const refusal = { name: "RangeError", argument: URL_NAME, code: "ERR_SONORAN_ARGUMENT" };
    assert.throws(() => Sonoran.instance(OPTIONS), (error) => {
      assert.deepEqual({ name: error.name, argument: error.argument, code: error.code }, refusal);
      assert.ok(error.message.includes(words), error.message);
      return true;
    });
  });
}

test("plain http to another machine is taken where the environment allows it, with a warning", async (context) => {
  set(context, { [URL_NAME]: "http://emulator:8642", SONORAN_ALLOW_PLAIN_HTTP: "1" });
  const warned = once(process, "warning");
  assert.ok(Sonoran.instance(OPTIONS));
  const [{ name, code, message }] = await warned;
  assert.deepEqual([name, code], ["SonoranWarning", "SONORAN_PLAIN_HTTP"]);
  assert.match(message, /^plain http to emulator shows the API key/);
  process.env.SONORAN_ALLOW_PLAIN_HTTP = "0";
  assert.throws(() => Sonoran.instance(OPTIONS), { argument: URL_NAME });
});

for (const name of ["HTTPS_PROXY", "https_proxy"]) {
  test(`${name} is read, in capitals and small`, async (context) => {
    set(context, { [URL_NAME]: "https://api.example.invalid", [name]: "http://127.0.0.1:9" });
    const response = await Sonoran.instance(OPTIONS).cms.getCommunityV2({ retries: 0 });
    // Without a proxy the name would be looked up, and not be found.
    assert.equal(response.error.kind, "connect");
  });
}

const WORKER = `
  const { parentPort, workerData } = require("node:worker_threads");
  if (workerData.set) process.env.${URL_NAME} = workerData.set;
  try {
    const instance = require(workerData.entry).instance(workerData.options);
    instance.cms.getCommunityV2().then(({ reason }) => parentPort.postMessage({ reason }));
  } catch (error) {
    parentPort.postMessage({ argument: error.argument });
  }
`;

async function inWorker(env, set) {
  const worker = new Worker(WORKER, { eval: true, env, workerData: { entry, options: OPTIONS, set } });
  return (await once(worker, "message"))[0];
}

test("a worker has an environment of its own, whatever the process's is", async (context) => {
  set(context, { [URL_NAME]: "http://127.0.0.1:9" });
  assert.deepEqual(await inWorker({ [URL_NAME]: emulator.url }), { reason: null });
  assert.deepEqual(await inWorker({}, emulator.url), { reason: null });
  assert.deepEqual(await inWorker({ [URL_NAME]: "emulator" }), { argument: URL_NAME });
  process.env[URL_NAME] = emulator.url;
  assert.deepEqual(await inWorker(SHARE_ENV), { reason: null });
  assert.equal((await emulator.journal()).length, 3);
});
