// Aborting a call: the promise rejects with the signal's reason, and the request is dropped.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { useEmulator } from "./support.mjs";

const emulator = useEmulator();

test("a signal that is aborted already sends nothing", async () => {
  const { cms } = emulator.instance();
  const signal = AbortSignal.abort();
  await assert.rejects(cms.getCommunityV2(signal), (error) => error === signal.reason);
  await assert.rejects(cms.getCommunityV2({ signal }), { name: "AbortError" });
  await assert.rejects(cms.getAccountsV2({ take: 25 }, { signal }), { name: "AbortError" });
  assert.deepEqual(await emulator.journal(), []);
});

test("a signal without a reason rejects with an AbortError", async () => {
  const signal = { aborted: true, addEventListener() {}, removeEventListener() {} };
  await assert.rejects(emulator.instance().cms.getCommunityV2(signal), { name: "AbortError" });
});

test("an abort wins over an answer that is there but was not handed over yet", async () => {
  const controller = new AbortController();
  const call = emulator.instance().cms.getCommunityV2(controller.signal);
  const end = performance.now() + 100;
  while (performance.now() < end);
  controller.abort(new Error("enough"));
  await assert.rejects(call, { message: "enough" });
});

for (const form of ["signal", "{ signal }"]) {
  test(`aborting by ${form} rejects with its reason and closes the connection`, async (context) => {
    const server = await silentServer(context);
    const { cms } = emulator.instance({ apiUrl: server.url });
    const controller = new AbortController();
    const { signal } = controller;
    const call = cms.getCommunityV2(form === "signal" ? signal : { signal });
    const [request] = await once(server, "request");
    // Deno has it fail before it closes.
    const closed = new Promise((resolve) => request.on("error", () => {}).socket.on("error", () => {}).on("close", resolve));
    const began = performance.now();
    controller.abort(new Error("changed my mind"));
    await assert.rejects(call, { message: "changed my mind" });
    await closed;
    // Its own timeout is half a minute.
    assert.ok(performance.now() - began < 10_000);
  });
}

test("AbortSignal.timeout rejects with its own TimeoutError", async (context) => {
  const server = await silentServer(context);
  const { cms } = emulator.instance({ apiUrl: server.url });
  await assert.rejects(cms.getCommunityV2(AbortSignal.timeout(50)), { name: "TimeoutError" });
});

test("a waiter for the rate limit can be aborted and takes no slot", async () => {
  const { cms } = emulator.instance({ ceilings: { getClockInTypesV2: 1 } });
  assert.equal((await cms.getClockInTypesV2()).success, true);
  await assert.rejects(cms.getClockInTypesV2(AbortSignal.timeout(50)), { name: "TimeoutError" });
  assert.equal((await emulator.journal()).length, 1);
});

test("the listener is gone when the call is over, however it ended", async () => {
  const { cms } = emulator.instance({ rateLimit: "off" });
  const signal = countingSignal();
  await cms.getCommunityV2(signal);
  await cms.getAccountV2("not-a-uuid", signal).catch(() => {});
  await emulator.instance({ apiKey: "WRONG_KEY", throwErrors: true }).cms.getCommunityV2(signal).catch(() => {});
  assert.equal(signal.listeners, 0);
  assert.ok(signal.added >= 2);
});

test("many calls share one signal without a warning", async () => {
  const warnings = [];
  const listen = (warning) => warnings.push(warning);
  process.on("warning", listen);
  const { cms } = emulator.instance({ rateLimit: "off" });
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => cms.getCommunityV2({ signal })));
  process.off("warning", listen);
  assert.deepEqual(warnings, []);
});

function countingSignal() {
  const { signal } = new AbortController();
  return Object.assign(Object.create(null), {
    aborted: false,
    listeners: 0,
    added: 0,
    addEventListener(...listener) {
      this.listeners += 1;
      this.added += 1;
      signal.addEventListener(...listener);
    },
    removeEventListener(...listener) {
      this.listeners -= 1;
      signal.removeEventListener(...listener);
    },
  });
}

/** A server that takes requests and never answers. */
async function silentServer(context) {
  const server = createServer(() => {}).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.url = `http://127.0.0.1:${server.address().port}`;
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}
