// Failures of the service and the network: in the response, or thrown where that was asked for.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { inspect } from "node:util";
import Sonoran from "sonoran.js";
import { CLOSED_PORT, KEY, useEmulator, ZEROS } from "./support.mjs";

const emulator = useEmulator();
const ONES = "11111111-1111-1111-1111-111111111112";

test("a wrong key is a failure of kind auth with the problem's detail as reason", async () => {
  const response = await emulator.instance({ apiKey: "WRONG_KEY" }).cms.getCommunityV2();
  assert.equal(response.success, false);
  assert.equal(response.status, 401);
  assert.equal(response.data, null);
  assert.equal(response.error.kind, "auth");
  assert.equal(response.error.attempts, 1);
  assert.equal(response.error.operation, "getCommunityV2");
  assert.equal(response.error.outcomeUnknown, false);
  assert.equal(typeof response.error.problem.detail, "string");
  assert.equal(response.reason, response.error.problem.detail);
});

test("an unknown id is a failure of kind notFound", async () => {
  const response = await emulator.instance().cms.getAccountV2(ONES);
  assert.equal(response.status, 404);
  assert.equal(response.error.kind, "notFound");
});

test("a payload that the service refuses is a failure of kind api", async () => {
  const response = await emulator.instance().cms.setAccountNameV2(ZEROS, { newName: 5 });
  assert.equal(response.status, 400);
  assert.equal(response.error.kind, "api");
  assert.match(JSON.stringify(response.error.problem), /newName/);
});

test("no connection is a failure of kind connect", async () => {
  const { cms } = emulator.instance({ apiUrl: `http://127.0.0.1:${CLOSED_PORT}`, retries: 1 });
  const response = await cms.getCommunityV2();
  assert.equal(response.status, null);
  assert.equal(response.error.kind, "connect");
  assert.equal(response.error.attempts, 2);
});

test("no answer in time is a failure of kind timeout", async (context) => {
  const { cms } = emulator.instance({ apiUrl: await silentServer(context) });
  const response = await cms.getCommunityV2({ timeout: 100, retries: 0 });
  assert.equal(response.error.kind, "timeout");
});

test("unwrap throws the failure", async () => {
  const response = await emulator.instance().cms.getAccountV2(ONES);
  assert.throws(
    () => response.unwrap(),
    (error) => {
      assert.ok(error instanceof Sonoran.NotFoundError);
      assert.ok(error instanceof Sonoran.SonoranError);
      assert.ok(error instanceof Error);
      assert.equal(error.name, "NotFoundError");
      assert.equal(error.message, response.reason);
      const { reason, status, waited } = response;
      assert.deepEqual({ ...error }, { ...response.error, reason, status, waited });
      return true;
    },
  );
});

test("an error shows operation, status and request wherever it is printed", async () => {
  const response = await emulator.instance().cms.getAccountV2(ONES);
  const { requestId } = response;
  assert.match(requestId, /^req-/);
  const error = await emulator.instance({ throwErrors: true }).cms.getAccountV2(ONES).catch((error) => error);
  for (const part of ["getAccountV2", "404", error.requestId]) {
    assert.ok(inspect(error).includes(part), inspect(error));
    assert.ok(String(error).includes(part), String(error));
  }
  const { cms } = emulator.instance({ apiUrl: `http://127.0.0.1:${CLOSED_PORT}`, retries: 0, throwErrors: true });
  const lost = await cms.getCommunityV2().catch((error) => error);
  assert.equal(String(lost), `ConnectError: ${lost.reason} (getCommunityV2, no answer)`);
});

test("a success tells of its request too", async () => {
  const { cms } = emulator.instance({ rateLimit: "off" });
  const { requestId, attempts, waited } = await cms.getCommunityV2();
  assert.match(requestId, /^req-/);
  assert.deepEqual([attempts, waited], [1, 0]);
});

/** What a service, its gateway or what stands in front of it says: a fault, and what comes of it. */
const FAULTS = [
  [{ status: 503, body: "down" }, Sonoran.UnavailableError, { kind: "unavailable", refusal: null }],
  [{ status: 521, body: "down" }, Sonoran.UnavailableError, { kind: "unavailable", refusal: null }],
  [
    { status: 403, headers: { "content-type": "text/html" }, body: "<html><title>Access denied</title></html>" },
    Sonoran.BlockedError,
    { kind: "blocked", refusal: null },
  ],
  [
    {
      status: 400,
      headers: { "content-type": "application/problem+json" },
      body: JSON.stringify({ title: "Bad Request", status: 400, detail: "NOT ALLOWED ON WHITELIST", traceId: "00-abc123" }),
    },
    Sonoran.ApiError,
    { kind: "api", refusal: "notWhitelisted", traceId: "00-abc123" },
  ],
];

for (const [answer, Class, expected] of FAULTS) {
  test(`an answer of ${answer.status} ${answer.body.slice(0, 20)} is told as ${Class.name}`, async () => {
    await emulator.admin("POST", "faults", { times: "always", action: { type: "respond", ...answer } });
    const response = await emulator.instance({ retries: 0 }).cms.getCommunityV2();
    assert.throws(() => response.unwrap(), Class);
    assert.throws(() => response.unwrap(), { ...expected, name: Class.name, operation: "getCommunityV2" });
  });
}

test("with throwErrors a failure rejects and a success resolves as ever", async () => {
  const { cms } = emulator.instance({ throwErrors: true });
  assert.equal((await cms.getCommunityV2()).success, true);
  async function theCaller() {
    await cms.getAccountV2(ONES);
  }
  await assert.rejects(theCaller(), (error) => {
    assert.ok(error instanceof Sonoran.NotFoundError);
    assert.match(error.stack, /theCaller/);
    return true;
  });
  const refused = emulator.instance({ throwErrors: true, apiKey: "WRONG_KEY" }).cms.getCommunityV2();
  await assert.rejects(refused, Sonoran.AuthError);
});

test("the key shows nowhere", async () => {
  const apiKey = "sk-canary-5f2c";
  const instance = emulator.instance({ apiKey });
  const response = await instance.cms.getCommunityV2();
  const error = await emulator.instance({ apiKey, throwErrors: true }).cms.getCommunityV2().catch((error) => error);
  const misuse = await instance.cms.getAccountV2("x").catch((error) => error);
  for (const value of [instance, instance.cms, response, error, misuse]) {
    const shown = inspect(value, { depth: 20, showHidden: true, getters: true }) + JSON.stringify(value) + value;
    assert.doesNotMatch(shown, /canary/);
  }
  assert.doesNotMatch(inspect(Sonoran, { depth: 20, showHidden: true }), /canary/);
});

test("a key in the wrong place is not repeated by the refusal", () => {
  for (const options of [{ timeout: "sk-canary" }, { apiKey: "sk-canary\n" }, { rateLimit: ["sk-canary"] }]) {
    assert.throws(() => emulator.instance(options), ({ message }) => !message.includes("canary"));
  }
  assert.throws(() => Sonoran.instance(KEY), ({ message }) => !message.includes(KEY));
});

/** A server that accepts and never answers. */
async function silentServer(context) {
  const sockets = [];
  const server = createServer((socket) => sockets.push(socket.on("error", () => {}))).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}
