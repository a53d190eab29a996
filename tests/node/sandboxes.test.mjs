// Test runners give each test file an environment that the process knows nothing of. What is set there counts: else
// such tests would call production. The runners have a lock file of their own beside the tests, by which
// `cargo xtask test` installs them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { needed, useEmulator } from "./support.mjs";

const OPTIONS = { timeout: 120_000 };
const emulator = useEmulator();
const folder = fileURLToPath(new URL("sandboxes/", import.meta.url));
const require = createRequire(join(needed("SONORAN_ROOT"), "tests/node/sandboxes/"));

/** Where a call would go that does not come to the emulator: to nobody. */
const NOWHERE = "http://127.0.0.1:9";

/** What is run: a name, the runner, its arguments, and the calls that the emulator must have seen. */
const RUNS = [
  ["jest, in processes", "jest", ["--maxWorkers=2"], 3],
  ["jest, in threads", "jest", ["--maxWorkers=2", "--workerThreads"], 3],
  ["jest, in one process", "jest", ["--runInBand"], 3],
  ["vitest, in threads", "vitest", ["run"], 1],
];

for (const [name, runner, values, calls] of RUNS) {
  test(`${name}: the sandbox's own environment is where calls go`, OPTIONS, async () => {
    const { SONORAN_CMS_API_URL, NODE_TEST_CONTEXT, ...rest } = process.env;
    const env = { ...rest, EMULATOR_URL: emulator.url, HTTPS_PROXY: NOWHERE, CI: "1" };
    await promisify(execFile)(process.execPath, [program(runner), ...values], { cwd: join(folder, runner), env });
    assert.equal((await emulator.journal()).length, calls);
  });
}

function program(runner) {
  const manifest = require.resolve(`${runner}/package.json`);
  const { bin } = require(manifest);
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[runner]);
}
