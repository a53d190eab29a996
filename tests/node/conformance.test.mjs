// Every scenario of tests/conformance, one test each, in a process of its own: so its environment is its own, and all that
// it writes can be searched for the key.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const RUNNER = fileURLToPath(new URL("conformance-runner.mjs", import.meta.url));
// Most of a scenario's time is waiting.
const AT_ONCE = 4;

const host = spawn(process.env.SONORAN_CONFORMANCE_HOST, ["serve"], { stdio: ["pipe", "pipe", "inherit"] });
const { url } = JSON.parse(await firstLine(host));
after(() => host.stdin.end());

const scenarios = await ask("GET", "/scenarios");

test("there are scenarios", () => assert.ok(scenarios.length >= 120, `${scenarios.length}`));

describe("conformance", { concurrency: AT_ONCE }, () => {
  for (const { name, why } of scenarios) {
    test(name, { timeout: 240_000 }, async () => {
      const failures = await run(name);
      assert.deepEqual(failures, [], why);
    });
  }
});

/** Runs a scenario; gives what is wrong. */
async function run(name) {
  const path = `/scenarios/${encodeURIComponent(name)}`;
  const brief = await ask("POST", `${path}/start`);
  const env = { ...process.env, ...brief.environment };
  const runner = spawn(process.execPath, [RUNNER], { env });
  let written = "";
  runner.stderr.setEncoding("utf8").on("data", (text) => (written += text));
  const ended = once(runner, "close");
  runner.stdin.write(`${JSON.stringify(brief)}\n`);
  const { outcomes, leaks } = JSON.parse(await firstLine(runner, () => written));
  // The runner keeps its clients until its input ends.
  const { failures } = await ask("POST", `${path}/finish`, { outcomes });
  runner.stdin.end();
  const [code] = await ended;
  if (code !== 0) failures.push(`the process ended with ${code}: ${written}`);
  if (keysOf(brief).some((key) => written.includes(key))) leaks.push("standard error");
  return [...failures, ...leaks.map((place) => `the key shows in ${place}`)];
}

/** What must show nowhere. */
function keysOf({ clients }) {
  return Object.values(clients).flatMap(({ apiKey }) => (typeof apiKey === "string" && apiKey !== "" ? [apiKey] : []));
}

async function firstLine(child, written = () => "") {
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${child.spawnfile} ended before it said anything. ${written()}`);
}

async function ask(method, path, body) {
  const answer = await fetch(url + path, { method, body: body && JSON.stringify(body) });
  const content = await answer.json();
  assert.equal(answer.status, 200, content.problem);
  return content;
}
