// What one call writes, another reads back.

import assert from "node:assert/strict";
import { test } from "node:test";
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

test("fields that are not documented are sent as they are", async () => {
  const { cms } = emulator.instance();
  const payload = { newName: "Example", added: { later: [1, null, "x"] }, when: new Date(0) };
  await cms.setAccountNameV2(ZEROS, payload);
  const [request] = await emulator.journal();
  assert.deepEqual(request.body, { ...payload, when: "1970-01-01T00:00:00.000Z" });
});

test("a bare text is an API id, and an account's id too where it can be one", async () => {
  const { cms } = emulator.instance();
  for (const text of ["SOME_API_ID", ZEROS]) assert.equal((await cms.verifyWhitelist(text)).unwrap(), "ExampleAccount");
  const bodies = (await emulator.journal()).map(({ body }) => body.data);
  const both = { apiId: ZEROS, accId: ZEROS, serverId: 1 };
  assert.deepEqual(bodies, [[{ apiId: "SOME_API_ID", serverId: 1 }], [both]]);
});
