// The package's page: its first block is a whole program, the others go on from there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { ZEROS, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const page = readFileSync(join(process.env.SONORAN_ROOT, "bindings-node/README.md"), "utf8");
const [program, ...fragments] = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

test("the quick start of the package's page prints the account", () => {
  const env = { ...process.env, SONORAN_CMS_API_URL: emulator.url };
  const printed = execFileSync(process.execPath, ["-e", program], { env, encoding: "utf8" });
  assert.match(printed, /ExampleAccount/);
});

test("the page has more examples than its quick start", () => assert.ok(fragments.length > 0));

for (const [index, fragment] of fragments.entries()) {
  test(`example ${index + 2} of the package's page runs`, async () => {
    const AsyncFunction = (async () => {}).constructor;
    const run = new AsyncFunction("Sonoran", "instance", "accountId", "signal", fragment);
    await run(Sonoran, emulator.instance(), ZEROS, new AbortController().signal);
  });
}
