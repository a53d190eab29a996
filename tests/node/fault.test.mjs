// A panic in the native part ends nowhere but in a response. SONORAN_FAULTY_NATIVE is a native part that panics on
// demand; it stands in the place of the installed one, in a process of its own.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { needed, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const modules = dirname(dirname(createRequire(import.meta.url).resolve("sonoran.js/package.json")));

const SCRIPT = `
  const { inspect } = require("node:util");
  const Sonoran = require("sonoran.js");
  const [options, place] = JSON.parse(process.argv[2]);
  async function main() {
    const broken = Sonoran.instance({ ...options, apiKey: "sk-canary-33", userAgentSuffix: place });
    const failed = await broken.cms.getCommunityV2();
    const again = await Promise.all([broken.cms.getCommunityV2(), broken.cms.getCommunityV2()]);
    const good = await Sonoran.instance(options).cms.getCommunityV2();
    console.error(inspect([broken, failed, again], { depth: 20, showHidden: true }));
    console.log(JSON.stringify({ failed, again: again.map(({ error }) => error.kind), good: good.success }));
  }
  main();
`;

for (const place of ["panic in the core", "panic in the binding"]) {
  test(`a ${place} is a failure of kind internal, and the process lives on`, async (context) => {
    const file = faultyProject(context);
    const input = JSON.stringify([emulator.options(), place]);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, input]);
    const { failed, again, good } = JSON.parse(stdout);
    assert.deepEqual([failed.success, failed.status, failed.error.kind], [false, null, "internal"]);
    assert.equal(failed.error.operation, "getCommunityV2");
    assert.match(failed.reason, /^The library failed; please report it/);
    assert.deepEqual([...again, good], ["internal", "internal", true]);
    assert.match(stderr, /injected/);
    assert.ok(!(stdout + stderr).includes("canary"));
  });
}

/** A copy of the installed packages with the other native part, and a program beside them. */
function faultyProject(context) {
  const folder = mkdtempSync(join(tmpdir(), "sonoran-test-"));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const name of readdirSync(modules).filter((name) => name.startsWith("sonoran.js"))) {
    const copy = join(folder, "node_modules", name);
    cpSync(join(modules, name), copy, { recursive: true });
    if (existsSync(join(copy, "sonoran.node"))) cpSync(needed("SONORAN_FAULTY_NATIVE"), join(copy, "sonoran.node"));
  }
  writeFileSync(join(folder, "main.js"), SCRIPT);
  return join(folder, "main.js");
}
