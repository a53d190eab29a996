// What a call costs beside the clients that a user would pick instead. `cargo xtask bench node` runs it.
//
// All do the same work: encode the payload of setAccountRanksV2, send it over a kept connection, parse the answer
// (1.6 KB). The rounds of all are interleaved; each figure is a median with its spread. What a server takes of the same
// cores, it takes from the clients: beside the emulator there is one that gives the emulator's answer without any work.

import { execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import process from "node:process";

const [program, answering, packages, ...asked] = process.argv.slice(2);
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const MILLISECONDS = 1000 * Number(process.env.SECONDS_A_ROUND ?? 0.4);
// Beyond it, a figure tells of the machine rather than of the code.
const NOISY = 1.6;
const ZEROS = "00000000-0000-0000-0000-000000000000";
const PAYLOAD = { accId: ZEROS, add: ["rank-1"], active: true };
const PATH = `/v2/community/accounts/${ZEROS}/ranks`;
const HEADERS = { authorization: "Bearer YOUR_API_KEY", "x-community-id": "YOUR_COMMUNITY_ID", "content-type": "application/json" };

const Sonoran = createRequire(packages)("sonoran.js");
const { Pool } = createRequire(import.meta.url)("undici");

const emulator = () => started(program, ["--port", "0", "--limits", "off"], "");

/** What gives each request the emulator's answer. */
async function answerer({ url }) {
  const answer = await fetch(url + PATH, { method: "PATCH", headers: HEADERS, body: JSON.stringify(PAYLOAD) });
  return started(answering, ["answer"], await answer.text());
}

async function started(program, words, input) {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(input);
  for await (const line of createInterface(child.stdout)) return { child, url: JSON.parse(line).url };
}

/** Client and server on one core, where what counts is the work and not who wakes whom; or on all. */
function onOneCore(pids, one) {
  const cores = one ? "0" : `0-${availableParallelism() - 1}`;
  for (const pid of pids) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) execFileSync("taskset", ["-p", "-c", cores, thread]);
  }
}

function clients(url) {
  const instance = Sonoran.instance({
    ...{ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID", apiUrl: url },
    // Counted, but never reached.
    ceilings: { setAccountRanksV2: 100_000_000 },
  });
  const pool = new Pool(url, { connections: 64 });
  const checked = (answer) => {
    if (!answer.success) throw new Error(JSON.stringify(answer));
  };
  const calls = {
    "sonoran.js": async () => void (await instance.cms.setAccountRanksV2(ZEROS, PAYLOAD)).unwrap(),
    "undici.Pool": async () => {
      const { body } = await pool.request({ path: PATH, method: "PATCH", headers: HEADERS, body: JSON.stringify(PAYLOAD) });
      checked(await body.json());
    },
    fetch: async () => {
      checked(await (await fetch(url + PATH, { method: "PATCH", headers: HEADERS, body: JSON.stringify(PAYLOAD) })).json());
    },
  };
  return { calls, end: () => Promise.all([pool.close(), instance.close()]) };
}

/** Calls a second, and microseconds of this process's CPU a call. */
async function round(call, atOnce) {
  const [began, used] = [performance.now(), process.cpuUsage()];
  let count = 0;
  const one = async () => {
    while (performance.now() - began < MILLISECONDS) {
      await call();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  const { user, system } = process.cpuUsage(used);
  return { rate: (1000 * count) / (performance.now() - began), cost: (user + system) / count };
}

async function compared(url, atOnce) {
  const { calls, end } = clients(url);
  const samples = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let turn = 0; turn <= ROUNDS; turn += 1) {
    for (const [name, call] of Object.entries(calls)) {
      const sample = await round(call, atOnce);
      // The first is for warming up.
      if (turn > 0) samples[name].push(sample);
    }
  }
  await end();
  return samples;
}

function spread(values, digits) {
  const ordered = [...values].sort((a, b) => a - b);
  const shown = (value) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [first, middle, last] = [ordered[0], ordered[ordered.length >> 1], ordered.at(-1)];
  return `${shown(middle)} (${shown(first)} to ${shown(last)})${last > NOISY * first ? " NOISY" : ""}`;
}

function show(title, samples) {
  console.log(`\n## ${title}\n`);
  console.log("| | calls a second | CPU a call, µs | sonoran.js is so many times as quick |\n|---|---|---|---|");
  const ours = samples["sonoran.js"];
  for (const [name, theirs] of Object.entries(samples)) {
    // Of one round each, which the machine has treated alike.
    const ratios = ours.map((mine, index) => mine.rate / theirs[index].rate);
    const cells = [spread(theirs.map((s) => s.rate), 0), spread(theirs.map((s) => s.cost), 1)];
    console.log(`| ${name} | ${cells.join(" | ")} | ${theirs === ours ? "" : spread(ratios, 2)} |`);
  }
}

async function byNumber(url) {
  console.log("\n## By the number of calls under way\n\n| under way | calls a second | CPU a call, µs |\n|---|---|---|");
  const { calls, end } = clients(url);
  for (const atOnce of [1, 4, 16, 64, 256, 1024]) {
    const samples = [];
    for (let turn = 0; turn < 6; turn += 1) samples.push(await round(calls["sonoran.js"], atOnce));
    const [rates, costs] = [samples.slice(1).map((s) => s.rate), samples.slice(1).map((s) => s.cost)];
    console.log(`| ${atOnce.toLocaleString("en")} | ${spread(rates, 0)} | ${spread(costs, 1)} |`);
  }
  await end();
}

/** In processes of their own, of which each says how long its own `require` took. */
function loading() {
  const from = { "sonoran.js": packages, undici: new URL(import.meta.url).pathname };
  const samples = { "sonoran.js": [], undici: [] };
  for (let turn = 0; turn < 21; turn += 1) {
    for (const [name, where] of Object.entries(from)) {
      const text = `const began = performance.now(); require("node:module").createRequire(${JSON.stringify(where)})(${JSON.stringify(name)}); console.log(performance.now() - began)`;
      samples[name].push(Number(execFileSync(process.execPath, ["-e", text], { encoding: "utf8" })));
    }
  }
  console.log("\n## Loading\n\n| | milliseconds |\n|---|---|");
  for (const [name, values] of Object.entries(samples)) console.log(`| ${name} | ${spread(values, 2)} |`);
  const middle = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  console.log(`| ratio | ${(middle(samples["sonoran.js"]) / middle(samples.undici)).toFixed(2)} |`);
}

/** What the process has more of 400,000 calls after the first 300,000. */
async function growth(url) {
  const { calls, end } = clients(url);
  const taken = () => {
    for (let turn = 0; turn < 3; turn += 1) globalThis.gc();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { heap: heapUsed + external, rss };
  };
  const many = async (count) => {
    const one = async () => {
      while (count > 0) {
        count -= 1;
        await calls["sonoran.js"]();
      }
    };
    await Promise.all(Array.from({ length: 64 }, one));
  };
  // By then the young generation of V8's heap has its size, which it grows to as it likes.
  await many(300_000);
  const before = taken();
  await many(400_000);
  const after = taken();
  await end();
  const each = (name) => ((after[name] - before[name]) / 400_000).toFixed(2);
  console.log(`\n## Growth over 400,000 calls\n\nheap ${each("heap")} B a call, resident ${each("rss")} B a call`);
}

const real = await emulator();
const idle = await answerer(real);
const servers = { "the emulator": real, "a server without work": idle };
const wanted = (name) => asked.length === 0 || asked.includes(name);
try {
  console.log(`Node.js ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)} at the start`);
  for (const [name, { child, url }] of Object.entries(servers)) {
    for (const one of process.platform === "linux" ? [true, false] : [false]) {
      if (process.platform === "linux") onOneCore([process.pid, child.pid], one);
      const where = `${name}, ${one ? "on one core with it" : "on all cores"}`;
      if (wanted("sequential")) show(`One at a time, ${where}`, await compared(url, 1));
      if (wanted("together")) show(`64 under way, ${where}`, await compared(url, 64));
    }
  }
  if (wanted("number")) await byNumber(real.url);
  if (wanted("load")) loading();
  if (wanted("growth")) await growth(real.url);
  console.log(`\nload ${loadavg()[0].toFixed(1)} at the end`);
} finally {
  for (const { child } of Object.values(servers)) child.kill();
}
