// An event that was taken is handled before the process ends: in the programs of the package's page, and, as far as that
// goes, in those that do nothing for it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { eventText, send } from "./events.mjs";
import { files } from "./page.mjs";
import { runtime } from "./runtime.mjs";
import { freePort, useEmulator, ZEROS } from "./support.mjs";

const OPTIONS = { timeout: 60_000, skip: process.platform === "win32" && "there are no such signals" };
const emulator = useEmulator();
// Beside the frameworks, since Node looks for packages from where a file is.
const frameworks = fileURLToPath(new URL("frameworks/", import.meta.url));

/** Starts a program that serves a receiver at 127.0.0.1:3000, on another port. */
async function started(context, name, sources = files) {
  mkdirSync(join(frameworks, "programs"), { recursive: true });
  const folder = mkdtempSync(join(frameworks, "programs/"));
  context.after(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  for (const [file, code] of sources) writeFileSync(join(folder, file), code.replace("3000", String(port)));
  const child = spawn(process.execPath, [join(folder, name)], {
    env: { ...process.env, SONORAN_CMS_API_URL: emulator.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  context.after(() => child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  const program = { child, url, ended: once(child, "close"), output: said(child.stdout), errors: said(child.stderr) };
  await answers(program);
  return program;
}

/** The program ends with this code or signal. */
async function endsWith({ ended }, ...expected) {
  const found = await ended;
  // Deno names the signal that was sent, whatever came of it.
  if (runtime !== "Deno") assert.deepEqual(found, expected);
}

/** Gives what the stream has said up to now. */
function said(stream) {
  let all = "";
  stream.setEncoding("utf8").on("data", (text) => (all += text));
  return () => all;
}

async function answers({ child, url }) {
  while (child.exitCode === null) {
    const answer = await send(url, "", { method: "GET" }).catch(() => sleep(20));
    if (answer) return;
  }
  assert.fail("it ended before it answered");
}

const page = files.map(([name]) => name).filter((name) => name !== "receiver.cjs" && !name.includes(".test."));

test("the page shows a program for each kind of server", () => {
  assert.deepEqual(page, ["http.cjs", "express.cjs", "fastify.cjs", "fastify.mjs"]);
});

for (const name of page) {
  test(`${name} of the page handles what it has taken when SIGTERM comes, though that takes a second`, OPTIONS, async (context) => {
    await emulator.admin("POST", "faults", { operation: "getAccountV2", delay: 1_000, action: { type: "none" } });
    const program = await started(context, name);
    assert.equal((await send(program.url, eventText("ACCOUNT_KICKED", { accountId: ZEROS }))).status, 204);
    program.child.kill("SIGTERM");
    await endsWith(program, 0, null);
    assert.equal(program.output(), `ACCOUNT_KICKED ${ZEROS} is still there\n`);
    assert.equal(program.errors(), "");
  });
}

/** A program with a receiver whose handler takes so long, and then says so. */
function careless(milliseconds, more = "") {
  const code = `
    const { createServer } = require("node:http");
    const Sonoran = require("sonoran.js");
    const handlers = {
      async ACCOUNT_KICKED({ accountId }) {
        await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
        console.log("handled", accountId);
      },
    };
    const receiver = new Sonoran.EventReceiver({ key: "YOUR_API_KEY", handlers });
    const server = createServer(receiver.handler).listen(3000, "127.0.0.1");
    ${more}
  `;
  return [["main.cjs", code]];
}

for (const signal of ["SIGTERM", "SIGINT"]) {
  test(`a program that does nothing for it handles what it has taken before ${signal} ends it`, OPTIONS, async (context) => {
    const program = await started(context, "main.cjs", careless(800));
    const taken = ["a", "b"];
    for (const accountId of taken) {
      assert.equal((await send(program.url, eventText("ACCOUNT_KICKED", { accountId }))).status, 204);
    }
    program.child.kill(signal);
    // Until it has heard of the signal, it takes more.
    while ((await send(program.url, eventText("ACCOUNT_KICKED", { accountId: "c" }))).status !== 503) {
      taken.push("c");
      await sleep(100);
    }
    await endsWith(program, null, signal);
    assert.equal(program.output(), taken.map((accountId) => `handled ${accountId}\n`).join(""));
    assert.equal(program.errors(), "");
  });
}

test("a second signal ends it at once", OPTIONS, async (context) => {
  const program = await started(context, "main.cjs", careless(60_000));
  await send(program.url, eventText());
  program.child.kill("SIGTERM");
  await sleep(200);
  program.child.kill("SIGTERM");
  await endsWith(program, null, "SIGTERM");
});

test("handlers that are not done after ten seconds are cut, and counted", OPTIONS, async (context) => {
  const program = await started(context, "main.cjs", careless(60_000));
  for (let count = 0; count < 3; count += 1) await send(program.url, eventText());
  const began = performance.now();
  program.child.kill("SIGTERM");
  await endsWith(program, null, "SIGTERM");
  const seconds = (performance.now() - began) / 1_000;
  assert.ok(seconds > 9 && seconds < 50, `${seconds}`);
  assert.match(program.errors(), /^sonoran\.js: 3 events that were taken are not handled/);
});

test("a receiver with nothing to do leaves signals as they are", OPTIONS, async (context) => {
  const program = await started(context, "main.cjs", careless(1, 'setInterval(() => console.log(process.listenerCount("SIGTERM")), 20);'));
  await send(program.url, eventText());
  while (!program.output().includes("handled a\n0\n")) await sleep(20);
  program.child.kill("SIGTERM");
  await endsWith(program, null, "SIGTERM");
});

test("a program that listens for the signal itself is left alone", OPTIONS, async (context) => {
  const more = 'process.once("SIGTERM", () => { console.log("mine"); server.close(); server.closeAllConnections(); });';
  const program = await started(context, "main.cjs", careless(1_500, more));
  await send(program.url, eventText());
  program.child.kill("SIGTERM");
  await endsWith(program, 0, null);
  assert.equal(program.output(), "mine\nhandled a\n");
});

test("what process.exit cuts is counted", OPTIONS, async (context) => {
  const program = await started(context, "main.cjs", careless(60_000, 'process.once("SIGTERM", () => process.exit(3));'));
  await send(program.url, eventText());
  program.child.kill("SIGTERM");
  await endsWith(program, 3, null);
  assert.match(program.errors(), /^sonoran\.js: 1 event that was taken is not handled/);
});
