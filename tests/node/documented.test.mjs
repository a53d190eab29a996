// The documented call of every operation, one test each.

import assert from "node:assert/strict";
import { test } from "node:test";
import { argumentsOf, covered, differences, documentedCalls, useEmulator } from "./support.mjs";

// What may differ: a profile field holds values of any type, and the documented call of setAccountRanks
// takes away a rank that the documented answer has.
const EXCUSED = {
  getComAccount: ".value is ",
  editAccountProfileFields: ".value is ",
  setAccountRanks: " is empty",
};

const emulator = useEmulator();

test("there are documented calls", () => {
  assert.ok(documentedCalls.length >= 112);
});

for (const documented of documentedCalls) {
  test(`${documented.method} succeeds as documented`, async () => {
    const instance = emulator.instance({ rateLimit: "off" });
    const response = await instance.cms[documented.method](...argumentsOf(documented));
    assert.equal(response.reason, null);
    assert.equal(response.success, true);
    assert.equal(response.status, documented.status);
    assert.equal(response.error, null);
    assert.deepEqual(response.unwrap(), response.data);
    assertAnswer(documented, response);
    covered(documented.method);
  });

  test(`${documented.method} sends what the documentation shows`, async () => {
    const instance = emulator.instance({ rateLimit: "off" });
    await instance.cms[documented.method](...argumentsOf(documented));
    const requests = await emulator.journal();
    assert.equal(requests.length, 1);
    assert.equal(requests[0].method, documented.verb);
    if (documented.version === 1) return assertSent(requests[0].body, documented);
    if (documented.call.payload) assert.deepEqual(requests[0].body, documented.call.payload);
  });
}

function assertSent(body, { arguments: names, call }) {
  assert.equal(body.type, call.type);
  if (names.length > 0) assert.deepEqual(body.data, call.data);
}

function assertAnswer(documented, response) {
  if (documented.status === 204) return assertEmpty(response);
  const found = differences(documented.data, response.data);
  assert.deepEqual(found.filter((each) => !each.includes(EXCUSED[documented.method])), []);
  if (documented.version === 1) return assert.equal(response.meta, null);
  assert.deepEqual(Object.keys(response.meta).sort(), ["path", "timestamp"]);
  assert.ok(!Number.isNaN(Date.parse(response.meta.timestamp)));
  assert.match(response.meta.path, /^\/v2\/community/);
}

function assertEmpty(response) {
  assert.equal(response.data, null);
  assert.equal(response.meta, null);
}
