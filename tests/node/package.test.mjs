// What the package says when its native part is missing, wrong or at fault.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
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
const onLinux = { skip: process.platform !== "linux" };

test("a missing native part is named, with how to install it", (context) => {
  const load = () => require(copyAlone(context));
  assert.throws(load, ({ message }) => {
    assert.match(message, new RegExp(`no native part for this platform \\(${machine}`));
    assert.match(message, new RegExp(`npm install sonoran\\.js-${machine}[\\w-]*@${version}`));
    return true;
  });
});

test("a native part of another version is refused", onLinux, (context) => {
  const copy = copyAlone(context);
  fakePart(copy, "gnu", 'exports.VERSION = "0.0.1";');
  assert.throws(() => require(copy), /but 0\.0\.1 is installed.*npm install/);
});

test("where both C libraries' parts are installed, the one that runs is loaded", onLinux, (context) => {
  const copy = copyAlone(context);
  for (const libc of ["gnu", "musl"]) fakePart(copy, libc, `exports.VERSION = "${version}"; exports.EventReader = { limit: () => "${libc}" };`);
  assert.equal(loaded(copy, ""), "gnu");
  // As on a machine whose loader is musl's.
  const musl = `
    require("node:fs").existsSync = (path) => path.startsWith("/lib/ld-musl-");
    process.report.getReport = () => ({ header: {} });`;
  assert.equal(loaded(copy, musl), "musl");
  const glibcBesideMusl = musl.replace("{ header: {} }", '{ header: { glibcVersionRuntime: "2.36" } }');
  assert.equal(loaded(copy, glibcBesideMusl), "gnu");
});

test("a part that can't be loaded gives way to the other, or is named", onLinux, (context) => {
  const copy = copyAlone(context);
  fakePart(copy, "gnu", 'throw new Error("libc.so.6: not here");');
  assert.throws(() => require(copy), /cannot load its native part \(sonoran\.js-linux-\w+-gnu: libc\.so\.6: not here\).*npm install/);
  fakePart(copy, "musl", `exports.VERSION = "${version}"; exports.EventReader = { limit: () => "musl" };`);
  assert.equal(loaded(copy, ""), "musl");
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

/** A package beside the copy that stands for a native part. */
function fakePart(copy, libc, code) {
  const folder = join(dirname(copy), `sonoran.js-${machine}-${libc}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", main: "index.js" }));
  writeFileSync(join(folder, "index.js"), code);
}

/** Which part a process loads that has run `before`. */
function loaded(copy, before) {
  const code = `${before}; console.log(require(${JSON.stringify(join(copy, "lib/loader.js"))}).EventReader.limit())`;
  return execFileSync(process.execPath, ["--eval", code], { encoding: "utf8" }).trim();
}

/** The main package without the platform's, in a folder of its own. */
function copyAlone(context) {
  const modules = join(mkdtempSync(join(tmpdir(), "sonoran-test-")), "node_modules");
  context.after(() => rmSync(dirname(modules), { recursive: true }));
  cpSync(folder, join(modules, "sonoran.js"), { recursive: true });
  return join(modules, "sonoran.js");
}
