// The types, as each kind of project sees them: our own test programs, and the code on every page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, problems, shown, snippets, withoutTypes } from "./compiler.mjs";
import { needed, useEmulator } from "./support.mjs";

const root = needed("SONORAN_ROOT");
const PAGES = ["README.md", "docs/guide.md", "docs/node.md", "bindings-node/README.md", "spec/guides/verify-whitelist.md"];

/** What examples go on from. */
const GIVEN = `
declare const Sonoran: typeof import("sonoran.js");
declare const instance: import("sonoran.js").Instance;
declare const options: import("sonoran.js").InstanceOptions;
declare const accountId: string, key: string, body: string;
declare const accountIds: string[];
declare const everybody: import("sonoran.js").AccountSummary[];
declare const signal: AbortSignal;
`;

const written = Object.assign({}, ...PAGES.filter((page) => existsSync(join(root, page))).map(snippets), documented());
// Node's own types know nothing of what its channels tell, and JavaScript can't say it.
const untyped = ([name, text]) => /\.[cm]?js$/.test(name) && text.includes("diagnostics_channel");
const code = Object.fromEntries(Object.entries(written).filter((each) => !untyped(each)));
const made = { "given.d.ts": GIVEN, ...code };
const own = readdirSync(join(folder, "types")).map((name) => `types/${name}`);
const commonJs = (name) => /\.c[jt]s$/.test(name);
const all = ["given.d.ts", ...own, ...Object.keys(code)];

const node = { target: "ES2022", lib: ["ES2022"], types: ["node"], typeRoots: ["frameworks/node_modules/@types"] };
const strictest = { ...node, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
const PROJECTS = {
  "NodeNext, as strict as can be": [all, { ...strictest, module: "NodeNext" }],
  "a bundler": [all.filter((name) => !commonJs(name)), { ...node, module: "ESNext", moduleResolution: "Bundler" }],
  "CommonJS": [
    ["given.d.ts", ...all.filter(commonJs)],
    { ...strictest, module: "CommonJS", moduleResolution: "Node10", esModuleInterop: true },
  ],
};

test("there is code on the pages", () => assert.ok(Object.keys(code).length > 15));

for (const [name, [files, options]] of Object.entries(PROJECTS)) {
  test(`types hold in a project of ${name}`, () => assert.deepEqual(problems(files, made, options), []));
}

const emulator = useEmulator();
const typed = Object.entries(snippets("bindings-node/README.md")).filter(([name]) => /\.[cm]ts$/.test(name));

test("there are programs in TypeScript", () => assert.ok(typed.length > 0));

for (const [name, text] of typed) {
  test(`${name} runs`, () => {
    const env = { ...process.env, SONORAN_CMS_API_URL: emulator.url };
    const words = ["--input-type=module", "--eval", withoutTypes(text)];
    assert.match(execFileSync(process.execPath, words, { cwd: folder, env, encoding: "utf8" }), /\S/);
  });
}

/** Slips, and what the compiler is to say of them. */
const SLIPS = [
  ['Sonoran.instance({ apiKey: "x" })', "Property 'communityId' is missing in type '{ apiKey: string; }' but required in type 'ApiKeyOptions"],
  ['Sonoran.instance({ cmsApiKey: "x" })', "Property 'cmsCommunityId' is missing in type '{ cmsApiKey: string; }' but required in type 'CmsApiKeyOptions"],
  ['Sonoran.instance({ apiKey: "x", communityId: "y", timout: 5 })', "'timout' does not exist in type"],
  ["instance.cms.getAccountsV2({ baned: true })", "'baned' does not exist in type 'GetAccountsQuery'. Did you mean to write 'banned'?"],
  ["instance.cms.getAccountsV2({ timeout: 5 })", "Type 'number' is not assignable to type 'undefined'"],
  ['instance.cms.clockAccountV2(accountId, { intention: "on" })', `Type '"on"' is not assignable to type '"in" | "out" | undefined'`],
  ['instance.rateLimit("getAcountV2")', `Argument of type '"getAcountV2"' is not assignable to parameter of type 'keyof Cms<boolean>'`],
  ['instance.map(instance.cms.setAccountRanksV2, accountIds.map((id) => [id, { accId: id, ad: ["rank-1"] }]))', "The types of 'ad' are incompatible between these types"],
  ['instance.map(instance.cms.setAccountRanksV2, [[accountId, { ad: ["rank-1"] }]])', "'ad' does not exist in type 'SetAccountRanksPayload'"],
  ["instance.walk.getAccountsV2(signal)", "Types of property 'aborted' are incompatible"],
];

test("the compiler says what is wrong in words", () => {
  const slips = Object.fromEntries(SLIPS.map(([slip], index) => [`slip-${index}.mts`, `export {};\n${slip};`]));
  const files = ["given.d.ts", ...Object.keys(slips)];
  const found = problems(files, { "given.d.ts": GIVEN, ...slips }, { ...strictest, module: "NodeNext" });
  const told = SLIPS.map((_, index) => found.filter((line) => line.startsWith(`slip-${index}.mts:`)).join("\n"));
  SLIPS.forEach(([, expected], index) => assert.ok(told[index].includes(expected), `${told[index]}\n  has no: ${expected}`));
});

test("what an editor shows can be read", () => {
  const text = `
import { instance } from "sonoran.js";
const key = { apiKey: "x", communityId: "y" };
const throwing = instance({ ...key, throwErrors: true });
const telling = instance(key);
const success = await throwing.cms.getAccountV2(accountId);
const response = await telling.cms.getAccountV2(accountId);
const either = await (Math.random() < 0.5 ? throwing : telling).cms.getAccountV2(accountId);
const method = telling.cms.getAccountsV2;
const walk = telling.walk.getAccountsV2();
const mapped = telling.map(telling.cms.getAccountV2, accountIds);
`;
  const types = shown(text, { "given.d.ts": GIVEN }, { ...strictest, module: "NodeNext" });
  assert.deepEqual(types, {
    key: "{ apiKey: string; communityId: string; }",
    throwing: "Instance<true>",
    telling: "Instance<false>",
    success: "SonoranSuccess<Account>",
    response: "SonoranResponse<Account>",
    either: "SonoranResponse<Account>",
    method: "(query?: GetAccountsQuery | null | undefined, options?: CallOptions | AbortSignalLike | null | undefined) => Promise<SonoranResponse<AccountPage>>",
    walk: "Walk<AccountSummary, AccountPage>",
    mapped: "MapResults<(accountId: string, options?: CallOptions | AbortSignalLike | null | undefined) => Promise<SonoranResponse<Account>>>",
  });
});

/** The documented call of every operation, as it stands in the declarations. */
function documented() {
  const declared = readFileSync(join(root, "bindings-node/generated/cms.d.ts"), "utf8");
  const examples = [...declared.matchAll(/@example\n((?:   \* .*\n)+)/g)].map(([, lines]) => lines.replaceAll(/^   \* /gm, ""));
  return { "documented.mjs": examples.map((example) => `{\n${example}}\n`).join("") };
}
