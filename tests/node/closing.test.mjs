// The end of an instance.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import Sonoran from "sonoran.js";
import { exceptIn } from "./runtime.mjs";
import { ZEROS, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const aborted = { name: "AbortError", message: /closed: make a new one/ };

/** An instance, one of whose calls waits for its answer, and one for a slot of the rate limit. */
async function withWaiting(run) {
  await emulator.admin("POST", "faults", { delay: 60_000, times: "always", action: { type: "none" } });
  const instance = emulator.instance({ ceilings: { getAccountV2: 1 }, rateLimit: "wait" });
  const calls = [instance.cms.getAccountV2(ZEROS), instance.cms.getAccountV2(ZEROS)];
  while (instance.rateLimit("getAccountV2").waiting === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await run(instance);
  for (const call of calls) await assert.rejects(call, aborted);
  await assert.rejects(instance.cms.getCommunityV2(), aborted);
}

test("close ends the calls under way, and later ones; other instances go on", async () => {
  await withWaiting((instance) => {
    instance.close();
    instance.close();
  });
  await emulator.reset();
  assert.ok((await emulator.instance().cms.getCommunityV2()).success);
});

const withSymbols = { skip: !Symbol.asyncDispose && "this Node.js has no Symbol.asyncDispose" };

test("`using` and `await using` close an instance", withSymbols, async () => {
  await withWaiting((instance) => instance[Symbol.dispose]());
  await emulator.reset();
  await withWaiting((instance) => instance[Symbol.asyncDispose]());
});

/** A program whose calls nobody waits for; it closes its instance under way, and lives on to its end. */
const ABANDONING = `
  import { channel } from "node:diagnostics_channel";
  import Sonoran from "sonoran.js";

  const [options, watched] = JSON.parse(process.argv[1]);
  if (watched) channel("sonoran:attempt").subscribe(() => {});
  const instance = Sonoran.instance({ ...options, ceilings: { getAccountV2: 1 } });
  const call = () => instance.cms.getAccountV2("${ZEROS}");
  call();
  const awaited = call();
  while (instance.rateLimit("getAccountV2").waiting === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  instance.close();
  call();
  const heard = await awaited.catch((error) => error.name);
  // Rejections that nobody handles are told of by then.
  await new Promise((resolve) => setImmediate(resolve));
  console.log(heard);
`;

/** Runs it; gives how it ended and what it wrote. */
async function abandon(options, watched = false) {
  const given = JSON.stringify([emulator.options(options), watched]);
  const child = spawn(process.execPath, ["--input-type=module", "--eval", ABANDONING, given], {
    cwd: dirname(fileURLToPath(import.meta.url)),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { out: "", errors: "" };
  child.stdout.on("data", (text) => (texts.out += text));
  child.stderr.on("data", (text) => (texts.errors += text));
  const [code] = await once(child, "close");
  return { code, ...texts };
}

const inNode = exceptIn("Bun", "it takes programs another way") ?? {};

for (const [title, options, watched] of [
  ["a call", {}, false],
  ["a call that throws", { throwErrors: true }, false],
  ["a call that is listened for", {}, true],
]) {
  test(`${title} that close ended ends no process that does not wait for it; who does hears of it`, inNode, async () => {
    await emulator.admin("POST", "faults", { delay: 60_000, times: "always", action: { type: "none" } });
    assert.deepEqual(await abandon(options, watched), { code: 0, out: "AbortError\n", errors: "" });
  });
}

test("the error of a closed instance has the caller's line", exceptIn("Bun", "its stacks end where a thread was left"), async () => {
  const instance = emulator.instance();
  instance.close();
  async function caller() {
    await instance.cms.getCommunityV2();
  }
  await assert.rejects(caller, ({ stack }) => /at async caller /.test(stack));
});

test("two copies of the package work in one process, each with its own classes", async (context) => {
  const require = createRequire(import.meta.url);
  const modules = dirname(dirname(require.resolve("sonoran.js/package.json")));
  const other = mkdtempSync(join(tmpdir(), "sonoran-copy-"));
  context.after(() => rmSync(other, { recursive: true }));
  for (const name of readdirSync(modules).filter((name) => name.startsWith("sonoran.js"))) {
    cpSync(join(modules, name), join(other, "node_modules", name), { recursive: true });
  }
  const Copy = createRequire(join(other, "package.json"))("sonoran.js");
  assert.notEqual(Copy, Sonoran);
  const instances = [Sonoran, Copy].map((Package) => Package.instance(emulator.options({ retries: 0 })));
  const responses = await Promise.all(instances.map(({ cms }) => cms.getAccountV2(ZEROS.replaceAll("0", "9"))));
  for (const [index, Package] of [Sonoran, Copy].entries()) {
    assert.throws(() => responses[index].unwrap(), Package.NotFoundError);
  }
  instances[0].close();
  assert.ok((await instances[1].cms.getCommunityV2()).success);
});
