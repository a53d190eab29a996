// Processes end when nothing is pending, and worker threads work.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { fileURLToPath } from "node:url";
import { useEmulator, ZEROS } from "./support.mjs";

const emulator = useEmulator();
const entry = createRequire(import.meta.url).resolve("sonoran.js");
const OPTIONS = { timeout: 30_000 };

test("a process ends by itself once its calls are answered", OPTIONS, async () => {
  const started = performance.now();
  const { code, output } = await run(`
    const response = await instance.cms.getCommunityV2();
    console.log(response.success);
  `, "idleTimeout: 60_000");
  assert.deepEqual({ code, output }, { code: 0, output: "true\n" });
  assert.ok(performance.now() - started < 25_000);
});

test("a process waits for a call that is pending", OPTIONS, async () => {
  const { code, output } = await run("instance.cms.getCommunityV2().then(({ success }) => console.log(success));");
  assert.deepEqual({ code, output }, { code: 0, output: "true\n" });
});

const LISTENERS = {
  "onAttempt": ["onAttempt() {}", ""],
  "the channel of attempts": ["", `require("node:diagnostics_channel").subscribe("sonoran:attempt", () => {});`],
  "the channel of calls": ["", `require("node:diagnostics_channel").subscribe("tracing:sonoran:call:asyncEnd", () => {});`],
};

for (const [listener, [option, begin]] of Object.entries(LISTENERS)) {
  test(`a process goes on to its end though ${listener} is told of each attempt`, OPTIONS, async () => {
    const { code, output } = await run(
      `${begin} for (let count = 0; count < 300; count += 1) await instance.cms.getCommunityV2(); console.log("done");`,
      option,
    );
    assert.deepEqual({ code, output }, { code: 0, output: "done\n" });
  });
}

test("a process may end in the middle of calls", OPTIONS, async () => {
  const { code } = await run(`
    for (let count = 0; count < 50; count += 1) instance.cms.getCommunityV2().catch(() => {});
    setTimeout(() => process.exit(7), 5);
  `);
  assert.equal(code, 7);
});

test("an instance that is not used keeps nothing alive", OPTIONS, async () => {
  const { code, output } = await run("");
  assert.deepEqual({ code, output }, { code: 0, output: "" });
});

const WORKER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const instance = require(workerData.entry).instance(workerData.options);
  instance.cms.getCommunityV2().then(({ success }) => parentPort.postMessage(success));
`;

test("worker threads make calls and end", OPTIONS, async () => {
  const results = await Promise.all(Array.from({ length: 4 }, () => inWorker(WORKER)));
  assert.deepEqual(results, [true, true, true, true].map((message) => ({ message, code: 0 })));
});

/** Some of its calls wait for slots for so long that it is told, and all others are listened for as they come. */
const LISTENING = `
  const { parentPort, workerData } = require("node:worker_threads");
  const onWait = () => parentPort.postMessage("waiting");
  const options = { ...workerData.options, rateLimit: "wait", ceilings: { getAccountV2: 1 }, onWait, onAttempt() {} };
  const { cms } = require(workerData.entry).instance(options);
  for (let count = 0; count < 8; count += 1) cms.getAccountV2("${ZEROS}");
  const call = () => cms.getCommunityV2({ rateLimit: "off" }).then(call);
  call();
`;

// SONORAN_WORKERS=1000 cargo xtask test --lang node --filter "workers may be terminated" takes a minute or two.
const WORKERS = Number(process.env.SONORAN_WORKERS ?? 24);
const AT_ONCE = 12;

test("workers may be terminated in the middle of calls", { timeout: 30_000 + 500 * WORKERS }, async () => {
  await emulator.admin("PUT", "limits", { enabled: false });
  for (let made = 0; made < WORKERS; made += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => terminated(index % 2 === 0)));
  }
  assert.equal((await emulator.instance({ rateLimit: "off" }).cms.getCommunityV2()).success, true);
});

async function terminated(listening) {
  const worker = makeWorker(listening ? LISTENING : WORKER.replace("parentPort.postMessage(success)", "0"));
  await once(worker, listening ? "message" : "online");
  await worker.terminate();
}

test("nothing holds up the end of a process after its last call", OPTIONS, async () => {
  const { code, output } = await run(`
    await instance.cms.getCommunityV2();
    await Promise.all([instance.cms.getCommunityV2(), instance.cms.getAccountV2("${ZEROS}")]);
    console.log(JSON.stringify(process.getActiveResourcesInfo()));
  `);
  assert.deepEqual({ code, output }, { code: 0, output: "[]\n" });
});

test("threads one after another, in a process that uses the package nowhere else", OPTIONS, async () => {
  const script = `
    const { Worker } = require("node:worker_threads");
    const workerData = ${JSON.stringify(workerData())};
    (async () => {
      for (let count = 0; count < 20; count += 1) {
        const worker = new Worker(${JSON.stringify(WORKER)}, { eval: true, workerData });
        await new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject));
      }
      console.log("done");
    })();
  `;
  const { code, output } = await runScript(["--eval", script]);
  assert.deepEqual({ code, output }, { code: 0, output: "done\n" });
});

async function run(body, more = "") {
  const options = JSON.stringify(emulator.options({ rateLimit: "off" }));
  const instance = `require("sonoran.js").instance({ ...${options}, ${more} })`;
  return runScript(["--eval", `const instance = ${instance}; (async () => { ${body} })();`]);
}

async function runScript(scriptArguments) {
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  const child = spawn(process.execPath, scriptArguments, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await once(child, "close");
  return { code, output };
}

function workerData() {
  return { entry, options: emulator.options({ rateLimit: "off" }) };
}

function makeWorker(script) {
  return new Worker(script, { eval: true, workerData: workerData() });
}

async function inWorker(script) {
  const worker = makeWorker(script);
  const ended = once(worker, "exit");
  const [message] = await once(worker, "message");
  const [code] = await ended;
  return { message, code };
}
