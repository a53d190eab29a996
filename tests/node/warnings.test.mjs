// What the core warns of, as warnings of the process: to be caught, and silenced, as all others are.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { runtime } from "./runtime.mjs";
import { CLOSED_PORT, useEmulator } from "./support.mjs";

const emulator = useEmulator();
const entry = createRequire(import.meta.url).resolve("sonoran.js");
/** What others make of `process.emitWarning` beyond the event is theirs. */
const IN_NODE = { timeout: 60_000, skip: runtime !== "Node" && `${runtime} prints and silences warnings in its own way` };
const LOST = /^rate limits can't be shared: /;
const CODE = "SONORAN_LIMITS_NOT_SHARED";

/** Options that name a file where a folder should be, in which limits would be shared. */
function unusable(context) {
  const folder = mkdtempSync(join(tmpdir(), "sonoran-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "file");
  writeFileSync(file, "");
  return { shareLimits: "machine", shareLimitsFolder: file };
}

/** Options that name a server where nobody listens; by another number it is another server. */
function unreachable(database) {
  const shareLimits = `redis://hunter:hunter2@127.0.0.1:${CLOSED_PORT}/${database}`;
  return { shareLimits, shareLimitsFallback: "refuse" };
}

/** The warnings of the process while the test runs. */
function listen(context) {
  const warnings = [];
  const heard = (warning) => warnings.push(warning);
  process.on("warning", heard);
  context.after(() => process.off("warning", heard));
  return warnings;
}

/** What a process writes to standard error, once it has ended by itself. */
async function run(code, ...flags) {
  const child = spawn(process.execPath, [...flags, "--input-type=module", "--eval", code], { stdio: ["ignore", "inherit", "pipe"] });
  let written = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (written += text));
  assert.deepEqual(await once(child, "close"), [0, null], written);
  return written;
}

/** A program that makes an instance and, where it is asked to, a call. */
function program(options, then = "") {
  const given = JSON.stringify({ apiKey: "YOUR_API_KEY", communityId: "C", apiUrl: emulator.url, ...options });
  return `import Sonoran from "sonoran.js"; const instance = Sonoran.instance(${given}); ${then}`;
}

const CALL = "const { error } = await instance.cms.getServersV2(); if (error?.kind !== 'rateLimited') process.exit(1);";

test("a folder that can't be used is told as the instance is made, once for all of its key", async (context) => {
  const [warnings, options] = [listen(context), unusable(context)];
  const instances = [1, 2].map(() => emulator.instance(options));
  await new Promise(setImmediate);
  const [{ name, code, message }] = warnings;
  assert.deepEqual([name, code], ["SonoranWarning", CODE]);
  assert.match(message, LOST);
  for (const instance of instances) assert.equal((await instance.cms.getServersV2()).reason, null);
  await new Promise(setImmediate);
  assert.equal(warnings.length, 1);
});

test("a server out of reach is told while calls are under way, without its password", async (context) => {
  const warned = once(process, "warning");
  const instance = emulator.instance(unreachable(1));
  assert.equal((await instance.cms.getServersV2()).error.kind, "rateLimited");
  const [{ name, code, message }] = await warned;
  assert.deepEqual([name, code], ["SonoranWarning", CODE]);
  assert.match(message, LOST);
  assert.doesNotMatch(message, /hunter/);
});

test("a program that does not listen has it on standard error, unless it says --no-warnings", IN_NODE, async (context) => {
  for (const [options, then] of [[unusable(context)], [unreachable(1), CALL]]) {
    const written = await run(program(options, then));
    assert.match(written, /\[SONORAN_LIMITS_NOT_SHARED\] SonoranWarning: rate limits can't be shared: /);
    assert.equal(written.match(/SonoranWarning/g).length, 1);
    assert.equal(await run(program(options, then), "--no-warnings"), "");
  }
});

test("each thread has the warnings of its own clients, and ends", IN_NODE, async (context) => {
  const server = unreachable(2);
  const warnings = listen(context);
  const code = `
    const { parentPort } = require("node:worker_threads");
    process.on("warning", ({ code }) => parentPort.postMessage(code));
    const instance = require(${JSON.stringify(entry)}).instance(${JSON.stringify({ ...emulator.options(), rateLimit: "wait", ...server })});
    instance.cms.getServersV2();
  `;
  for (let thread = 0; thread < 2; thread += 1) {
    const worker = new Worker(code, { eval: true });
    const messages = [];
    worker.on("message", (message) => messages.push(message));
    assert.deepEqual(await once(worker, "exit"), [0]);
    assert.deepEqual(messages, [CODE]);
  }
  assert.deepEqual(warnings, []);
});
