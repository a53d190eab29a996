// What the package says when its native part is missing, wrong or at fault.

import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("sonoran.js/package.json"));
const { version } = require("sonoran.js/package.json");
const machine = `${process.platform}-${process.arch}`;

test("a missing native part is named, with how to install it", (context) => {
  const load = () => require(copyAlone(context));
  assert.throws(load, ({ message }) => {
    assert.match(message, new RegExp(`no native part for this platform \\(${machine}`));
    assert.match(message, new RegExp(`npm install sonoran\\.js-${machine}[\\w-]*@${version}`));
    return true;
  });
});

test("a native part of another version is refused", { skip: process.platform !== "linux" }, (context) => {
  const copy = copyAlone(context);
  const native = join(dirname(copy), `sonoran.js-${machine}-gnu`);
  mkdirSync(native);
  writeFileSync(join(native, "package.json"), JSON.stringify({ name: "x", version: "0.0.1" }));
  assert.throws(() => require(copy), /but 0\.0\.1 is installed.*npm install/);
});

test("a fault of the native part is a failure of kind internal", async () => {
  const { execute } = require(join(folder, "lib/execute.js"));
  const client = { execute: async () => Promise.reject(new Error("something broke")) };
  const warned = once(process, "warning");
  const response = await execute(client, "getCommunityV2", {}, {}, { more: [] });
  assert.equal(response.success, false);
  assert.equal(response.reason, "The library failed; please report it with what was written to standard error.");
  assert.match((await warned)[0].message, /^getCommunityV2 failed: Error: something broke/);
  assert.equal(response.status, null);
  assert.deepEqual([response.error.kind, response.error.operation], ["internal", "getCommunityV2"]);
  assert.throws(() => response.unwrap(), require("sonoran.js").InternalError);
});

/** The main package without the platform's, in a folder of its own. */
function copyAlone(context) {
  const modules = join(mkdtempSync(join(tmpdir(), "sonoran-test-")), "node_modules");
  context.after(() => rmSync(dirname(modules), { recursive: true }));
  cpSync(folder, join(modules, "sonoran.js"), { recursive: true });
  return join(modules, "sonoran.js");
}
