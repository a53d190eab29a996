// A program in a bundle: the native part is in it, or is taken from where the package is installed; where it is
// neither, the message says what to do. The bundlers have a lock file of their own, by which `cargo xtask test`
// installs them.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { needed, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const program = fileURLToPath(new URL("bundlers/", import.meta.url));
const bundle = join(needed("SONORAN_ROOT"), "tests/node/bundlers/bundle.mjs");
const onLinux = { skip: process.platform !== "linux" || process.arch !== "x64", timeout: 120_000 };

/** Each bundler, the name of what it makes, and whether the native part is in it. */
const BUNDLERS = [
  ["esbuild", "main.cjs", false],
  ["webpack", "main.cjs", false],
  ["webpack, ESM", "main.mjs", false],
  ["rollup, CommonJS", "main.cjs", false],
  ["rollup, ESM", "main.mjs", false],
  ["ncc", "main.js", true],
  ["bun build", "app.js", true],
  ["bun build --compile", "app", true],
];

for (const [bundler, name, whole] of BUNDLERS) {
  test(`${bundler}: a program in a bundle runs beside the installed package`, onLinux, (context) => {
    const file = join(folder(context, program), name);
    make(bundler, file);
    assert.equal(run(file), "ExampleAccount\n");
  });

  test(`${bundler}: elsewhere it ${whole ? "runs too" : "says what to mark external"}`, onLinux, (context) => {
    const file = join(folder(context, join(tmpdir(), "/")), name);
    make(bundler, file);
    if (whole) return assert.equal(run(file), "ExampleAccount\n");
    assert.throws(() => run(file), ({ stderr }) => {
      assert.match(String(stderr), /This is a bundle.*mark "sonoran\.js" as external.*install it where the bundle runs/);
      return true;
    });
  });
}

function folder(context, place) {
  const made = mkdtempSync(join(place, "bundle-"));
  context.after(() => rmSync(made, { recursive: true }));
  return made;
}

function make(bundler, file) {
  execFileSync(process.execPath, [bundle, bundler, program, file], { cwd: program, stdio: "pipe" });
}

function run(file) {
  const command = /js$/.test(file) ? [process.execPath, [file]] : [file, []];
  const env = { ...process.env, SONORAN_CMS_API_URL: emulator.url };
  return execFileSync(...command, { cwd: join(file, ".."), env, encoding: "utf8", stdio: "pipe" });
}
