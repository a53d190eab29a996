// What one call writes, another reads back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serve } from "./events.mjs";
import { useEmulator, ZEROS } from "./support.mjs";

const emulator = useEmulator();

test("a name that was set is read back", async () => {
  const { cms } = emulator.instance();
  (await cms.setAccountNameV2(ZEROS, { newName: "Renée “Ren” O’Hara 🚓" })).unwrap();
  const account = (await cms.getAccountV2(ZEROS)).unwrap();
  assert.equal(account.accName, "Renée “Ren” O’Hara 🚓");
});

test("points add up as records are added and switched off", async () => {
  const { cms } = emulator.instance();
  const before = (await cms.getDisciplinaryPointsV2(ZEROS)).unwrap();
  const [record] = (await cms.addDisciplinaryRecordV2(ZEROS, { points: 7, reason: "Speeding" })).unwrap();
  assert.equal((await cms.getDisciplinaryPointsV2(ZEROS)).unwrap(), before + 7);
  (await cms.setDisciplinaryRecordStatusV2(record.id, { status: false })).unwrap();
  assert.equal((await cms.getDisciplinaryPointsV2(ZEROS)).unwrap(), before);
});

test("servers that were set are listed", async () => {
  const { cms } = emulator.instance();
  (await cms.setServersV2({ servers: [{ id: 4, name: "Fourth" }] })).unwrap();
  const { servers } = (await cms.getServersV2()).unwrap();
  assert.deepEqual(servers.map(({ id, name }) => ({ id, name })), [{ id: 4, name: "Fourth" }]);
});

test("a server id left out is the instance's own", async () => {
  const { cms } = emulator.instance({ serverId: 1 });
  (await cms.setServersV2({ servers: [{ id: 1, name: "One" }, { id: 2, name: "Two" }] })).unwrap();
  (await cms.setServerTypeV2(undefined, { type: "FiveM" })).unwrap();
  (await cms.getWhitelistV2()).unwrap();
  (await cms.getCurrentSessionV2(null)).unwrap();
  (await cms.startSessionV2({ accId: ZEROS })).unwrap();
  const [, type, whitelist, current, start] = await emulator.journal();
  assert.equal(type.path, "/v2/community/servers/1/type");
  assert.equal(whitelist.path, "/v2/community/servers/1/whitelist");
  assert.deepEqual(current.query, { serverId: "1" });
  assert.equal(start.body.serverId, 1);
});

test("a query object is sent as the documentation writes queries", async () => {
  const { cms } = emulator.instance();
  const query = { skip: 0, take: 25, sysStatus: true, banned: undefined, archived: null };
  (await cms.getAccountsV2(query)).unwrap();
  (await cms.getAccountsV2()).unwrap();
  const [first, second] = await emulator.journal();
  assert.deepEqual(first.query, { skip: "0", take: "25", sysStatus: "true" });
  assert.deepEqual(second.query, {});
});

test("payloads that the service does without may be left out, with call options behind their place", async () => {
  const { cms } = emulator.instance();
  (await cms.forceSyncV2(ZEROS)).unwrap();
  await cms.createActivityV2(1, null, { retries: 0 });
  (await cms.undoRankChangeV2(ZEROS, undefined, AbortSignal.timeout(10_000))).unwrap();
  assert.deepEqual((await emulator.journal()).map(({ body }) => body), [{}, {}, {}]);
});

test("fields that are not documented are sent as they are", async () => {
  const { cms } = emulator.instance();
  const payload = { newName: "Example", added: { later: [1, null, "x"] }, when: new Date(0) };
  await cms.setAccountNameV2(ZEROS, payload);
  const [request] = await emulator.journal();
  assert.deepEqual(request.body, { ...payload, when: "1970-01-01T00:00:00.000Z" });
});

test("a BigInt is exact, as id, in a query and in a payload", async (context) => {
  const seen = [];
  const answer = JSON.stringify({ success: true, data: {}, meta: {} });
  const apiUrl = await serve(context, async (request, response) => {
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part;
    seen.push([request.url, body]);
    response.setHeader("Content-Type", "application/json").end(answer);
  });
  const { cms } = emulator.instance({ apiUrl });
  const id = 2n ** 64n - 1n;
  await cms.resolveDiscordAccountV2(id);
  await cms.getRosterV2(1n, { skip: 0n, discord: id });
  await cms.setAccountNameV2(ZEROS, { newName: "Example", ids: [id, -(10n ** 40n)] });
  await cms.setFormLockStatus(2n ** 53n + 1n, true);
  assert.deepEqual(seen.map(([url]) => url).slice(0, 2), [
    `/v2/community/accounts/discord/${id}`,
    `/v2/community/rosters/1?skip=0&discord=${id}`,
  ]);
  assert.equal(seen[2][1], `{"newName":"Example","ids":[${id},-1${"0".repeat(40)}]}`);
  assert.match(seen[3][1], /"templateId":9007199254740993\b/);
});

test("a bare text is an API id, and an account's id too where it can be one", async () => {
  const { cms } = emulator.instance();
  for (const text of ["SOME_API_ID", ZEROS]) assert.equal((await cms.verifyWhitelist(text)).unwrap(), "ExampleAccount");
  const bodies = (await emulator.journal()).map(({ body }) => body.data);
  const both = { apiId: ZEROS, accId: ZEROS, serverId: 1 };
  assert.deepEqual(bodies, [[{ apiId: "SOME_API_ID", serverId: 1 }], [both]]);
});
