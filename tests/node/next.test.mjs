// Next.js puts a server's code into a bundle too.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { freePort, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const folder = fileURLToPath(new URL("next/", import.meta.url));
const major = Number(process.versions.node.split(".")[0]);
const options = { skip: major < 20 ? "Next.js needs Node.js 20" : false, timeout: 240_000 };

test("Next.js: a route calls from the server's bundle", options, async (context) => {
  const next = createRequire(folder).resolve("next/dist/bin/next");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", SONORAN_CMS_API_URL: emulator.url };
  execFileSync(process.execPath, [next, "build"], { cwd: folder, env, stdio: "pipe" });
  const port = await freePort();
  const server = spawn(process.execPath, [next, "start", "--port", String(port)], { cwd: folder, env, stdio: "ignore" });
  context.after(() => server.kill());
  assert.equal(await answer(`http://127.0.0.1:${port}/call`), "ExampleAccount");
});

/** The answer, once the server is there. */
async function answer(url) {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response !== null) return response.text();
    await sleep(100);
  }
}
