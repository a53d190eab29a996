// The package's page: its first block is a whole program, the others go on from there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { eventText } from "./events.mjs";
import { fragments, program, run } from "./page.mjs";
import { KEY, ZEROS, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const require = createRequire(import.meta.url);

test("the quick start of the package's page prints the account", () => {
  const env = { ...process.env, SONORAN_CMS_API_URL: emulator.url };
  const printed = execFileSync(process.execPath, ["-e", program], { env, encoding: "utf8" });
  assert.match(printed, /ExampleAccount/);
});

test("the page has more examples than its quick start", () => assert.ok(fragments.length > 3));

for (const example of fragments) {
  test(`${example.name} runs`, async () => {
    const { signal } = new AbortController();
    const [body, key] = [eventText(), KEY];
    const [instance, options] = [emulator.instance(), emulator.options()];
    await run(example, { Sonoran, require, instance, accountId: ZEROS, accountIds: [ZEROS], signal, body, key, options });
  });
}
