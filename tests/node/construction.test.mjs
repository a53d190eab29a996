// Both forms of construction, both module systems, and the options.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Sonoran, * as named from "sonoran.js";
import { KEY, useEmulator, ZEROS } from "./support.mjs";

const require = createRequire(import.meta.url);
const emulator = useEmulator();

test("the documented snippet runs word for word", async () => {
  process.env.SONORAN_CMS_API_URL = emulator.url;
  const [apiKey, communityId, accountId] = [KEY, "YOUR_COMMUNITY_ID", ZEROS];
  const payload = { accId: ZEROS, add: ["rank-1"], active: true };
  try {
    const Sonoran = require("sonoran.js");
    const instance = Sonoran.instance({ apiKey, communityId, product: Sonoran.productEnums.CMS, serverId: 1 });
    const response = await instance.cms.setAccountRanksV2(accountId, payload);
    assert.equal(response.success, true);
  } finally {
    delete process.env.SONORAN_CMS_API_URL;
  }
});

test("one credential for each product", async () => {
  const instance = Sonoran.instance({
    cmsApiKey: KEY,
    cmsCommunityId: "YOUR_COMMUNITY_ID",
    cmsDefaultServerId: 1,
    cmsApiUrl: emulator.url,
  });
  assert.equal((await instance.cms.getWhitelistV2()).success, true);
});

test("the class can be used with new", async () => {
  const instance = new Sonoran.Instance(emulator.options());
  assert.ok(instance instanceof Sonoran.Instance);
  assert.ok(Sonoran.instance(emulator.options()) instanceof Sonoran.Instance);
  assert.equal((await instance.cms.getCommunityV2()).success, true);
});

test("require and import give the same", () => {
  assert.equal(require("sonoran.js"), Sonoran);
  const { default: whole, ...rest } = named;
  assert.equal(whole, Sonoran);
  const { default: self, ...members } = Sonoran;
  assert.equal(self, Sonoran);
  assert.deepEqual({ ...rest, "module.exports": undefined }, { ...members, "module.exports": undefined });
});

test("productEnums is CAD 0, CMS 1, RADIO 2", () => {
  assert.deepEqual({ ...Sonoran.productEnums }, { CAD: 0, CMS: 1, RADIO: 2 });
  assert.ok(Object.isFrozen(Sonoran.productEnums));
});

test("a slip in the name of an option is told, also where the core does not know the option", () => {
  const nothing = () => {};
  for (const [options, message] of [
    [{ onattempt: nothing }, "onattempt is not an option: did you mean onAttempt?"],
    [{ on_wait: nothing }, "on_wait is not an option: did you mean onWait?"],
    [{ onRetry: nothing }, "onRetry is not an option: there are onWait and onAttempt"],
    [{ ThrowErrors: true }, "ThrowErrors is not an option: did you mean throwErrors?"],
    [{ apiheaders: {} }, "apiheaders is not an option: did you mean apiHeaders?"],
    [{ throwsErrors: true }, "throwsErrors is not an option: did you mean throwErrors?"],
    [{ timeuot: 1 }, "timeuot is not an option: did you mean timeout?"],
    [{ timeout: nothing }, "timeout must be something that JSON can hold, not a function"],
  ]) {
    assert.throws(() => emulator.instance(options), { name: "TypeError", message, argument: Object.keys(options)[0] });
  }
  emulator.instance({ onattempt: undefined });
  assert.throws(() => emulator.instance({ colour: 1 }), {
    name: "TypeError",
    argument: "colour",
    message: /^colour is not an option: there are apiKey, .*, debug, onWait, onAttempt and throwErrors$/,
  });
});

test("every option is taken", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "sonoran-share-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const instance = emulator.instance({
    apiHeaders: { "x-trace": "7" },
    timeout: 20_000,
    connectTimeout: 5_000,
    deadline: 60_000,
    retries: 1,
    rateLimit: "error",
    maxWait: 1_000,
    allowPlainHttp: false,
    ceilings: { getCommunityV2: 5 },
    rateWindow: 60_000,
    onWait: () => {},
    shareLimits: "machine",
    shareLimitsFolder: folder,
    shareLimitsFallback: "refuse",
    shareLimitsMembers: 3,
    rootCertificates: [],
    idleTimeout: 2_000,
    userAgentSuffix: "panel/3",
    debug: false,
    throwErrors: false,
    proxy: undefined,
  });
  assert.equal((await instance.cms.getCommunityV2()).success, true);
  const [{ headers }] = await emulator.journal();
  assert.equal(headers["x-trace"], "7");
  assert.match(headers["user-agent"], /^sonoran\.js\/\d+\.\d+\.\d+ .*panel\/3/);
  assert.equal(instance.rateLimit("getCommunityV2").free, 4);
  assert.ok(readdirSync(folder).length > 0, "what is shared stands there");
});

test("what says more of shared limits is refused where none are shared", () => {
  const refused = { name: "RangeError", argument: "shareLimitsMembers" };
  assert.throws(() => emulator.instance({ shareLimitsMembers: 3 }), refused);
  assert.throws(() => emulator.instance({ shareLimits: "cluster" }), { name: "RangeError", argument: "shareLimits" });
});

test("one object with the credentials of all products is taken", async () => {
  const products = { cadApiKey: "CAD_KEY", cadCommunityId: "cad", cadDefaultServerId: "2", cadApiUrl: "https://example.com" };
  const radio = { radioApiKey: "RADIO_KEY", radioCommunityId: "radio", radioDefaultServerId: 3 };
  const urls = { radioApiUrl: "https://example.com", radioServerUrl: undefined };
  const instance = emulator.instance({ ...products, ...radio, ...urls });
  assert.equal((await instance.cms.getWhitelistV2()).success, true);
  const [{ path, headers }] = await emulator.journal();
  assert.equal(path, "/v2/community/servers/1/whitelist");
  assert.doesNotMatch(JSON.stringify(headers), /CAD_KEY|RADIO_KEY/);
});

for (const serverId of ["2", 2n, 2]) {
  test(`serverId is taken as ${typeof serverId}`, async () => {
    await emulator.instance({ serverId }).cms.getWhitelistV2();
    assert.equal((await emulator.journal())[0].path, "/v2/community/servers/2/whitelist");
  });
}

/** The same two headers in each form. */
const HEADERS = {
  "a plain object": { "x-trace": "7", "X-Panel": "a, b" },
  "a Headers": new Headers([["x-trace", "7"], ["x-panel", "a"], ["x-panel", "b"]]),
  "a Map": new Map([["x-trace", "7"], ["X-Panel", "a, b"]]),
  "pairs, one name twice": [["X-Trace", "7"], ["x-panel", "a"], ["X-Panel", "b"]],
};

for (const [form, apiHeaders] of Object.entries(HEADERS)) {
  test(`headers are taken as ${form}`, async () => {
    await emulator.instance({ apiHeaders }).cms.getCommunityV2();
    const [{ headers }] = await emulator.journal();
    assert.deepEqual([headers["x-trace"], headers["x-panel"]], ["7", "a, b"]);
  });
}

test("methods work when they are taken off, keep their names and can be replaced", async () => {
  const { cms } = emulator.instance();
  const { getAccountV2 } = cms;
  assert.equal((await getAccountV2(ZEROS)).success, true);
  assert.equal((await Promise.all([ZEROS].map((id) => getAccountV2(id))))[0].success, true);
  assert.equal(getAccountV2.length, 2);
  assert.deepEqual(Object.keys(cms), []);
  cms.getAccountV2 = () => "a stand-in";
  assert.equal(cms.getAccountV2(), "a stand-in");
});

test("the ceiling of an operation can be set, and a call be refused at it", async () => {
  const { cms } = emulator.instance({ rateLimit: "error", ceilings: { getSubVersionV2: 2 } });
  const responses = await Promise.all([cms.getSubVersionV2(), cms.getSubVersionV2(), cms.getSubVersionV2()]);
  assert.deepEqual(responses.map(({ success }) => success), [true, true, false]);
  assert.equal(responses[2].error.kind, "rateLimited");
  assert.ok(responses[2].error.retryAfter > 0);
  assert.equal((await emulator.journal()).length, 2);
});
