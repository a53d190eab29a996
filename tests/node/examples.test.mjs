// The examples in TypeScript, compiled as their readers would and each at work in a world of its own.

import assert from "node:assert/strict";
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test, { after, afterEach, before, beforeEach } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { UnavailableError } from "sonoran.js";
import { useWorld } from "sonoran.js/testing";
import { require } from "./frameworks.mjs";
import { needed, ZEROS } from "./support.mjs";

const world = useWorld({ after, afterEach, beforeEach });
const down = { type: "respond", status: 503 };
// Where Express and its types are found.
const frameworks = fileURLToPath(new URL("frameworks/", import.meta.url));
const folder = join(frameworks, "examples");

before(() => {
  const sources = join(needed("SONORAN_ROOT"), "examples/node");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  for (const name of readdirSync(sources).filter((name) => name.endsWith(".ts"))) {
    copyFileSync(join(sources, name), join(folder, name));
  }
  const tsc = [require.resolve("typescript/bin/tsc"), "--project", join(frameworks, "examples.json")];
  execFileSync(process.execPath, tsc, { stdio: "inherit" });
});
after(() => rmSync(folder, { recursive: true }));

function example(name) {
  return import(pathToFileURL(join(folder, `${name}.js`)));
}

/** The environment and the place of an example's own process. */
function surroundings() {
  const { url, key, communityId } = world();
  const told = { SONORAN_CMS_API_URL: url, SONORAN_API_KEY: key, SONORAN_COMMUNITY_ID: communityId };
  return { cwd: folder, env: { ...process.env, ...told } };
}

async function run(name, ...words) {
  return promisify(execFile)(process.execPath, [join(folder, `${name}.js`), ...words], surroundings());
}

test("the door tells refusal, outage and unknown apart", async (context) => {
  const { answers, Door } = await example("door_check");
  const said = context.mock.method(console, "error", () => {});
  await world().change({ accounts: { [ZEROS]: { discordId: "1234567890" } } });
  const door = new Door(world().instance({ retries: 0 }), 1);
  assert.equal(await door.ask("discord", "1234567890"), answers.welcome);
  assert.equal(await door.ask("discord", "5"), answers.unknown);
  await world().change({ accounts: { [ZEROS]: { banned: true } } });
  assert.equal(await door.ask("discord", "1234567890"), answers.notWhitelisted);
  // The service is down: without a list nobody can tell, with one it decides.
  await world().fault({ operation: "verifyWhitelistV2", times: "always", action: down });
  assert.equal(await door.ask("discord", "1234567890"), answers.askLater);
  await world().change({ accounts: { [ZEROS]: { banned: false } } });
  await door.renew();
  assert.equal(await door.ask("discord", "1234567890"), answers.welcome);
  assert.equal(await door.ask("discord", "5"), answers.notWhitelisted);
  assert.match(said.mock.calls[0].arguments[0], /^no answer for discord:1234567890: /);
  await world().clearFaults();
  const { stdout } = await run("door_check", "discord:1234567890", "discord:5");
  assert.equal(stdout, "discord:1234567890: welcome\ndiscord:5: link your account to the community first\n");
});

test("the bot promotes, and says why it does not", async () => {
  const child = spawn(process.execPath, [join(folder, "promotion_bot.js")], surroundings());
  child.stdin.end("hello\n!promote 1234567890 rank-3\n!promote 5 rank-3\n!promote 1234567890\n");
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  // Answers come as they are there.
  const [promoted, refused, help] = lines.sort();
  assert.equal(promoted, "ExampleAccount has the rank rank-3 now.");
  assert.match(refused, /^Not promoted: /);
  assert.match(help, /^Say !promote/);
  const account = (await world().instance().cms.getAccountV2(ZEROS)).unwrap();
  assert.ok(account.ranks.includes("rank-3"));

  await world().fault({ operation: "setAccountRanksV2", action: { type: "reset" } });
  const { promote } = await example("promotion_bot");
  assert.match(await promote(world().instance(), "1234567890", "rank-2"), /see whether the rank is there/);
});

test("the panel clocks in, and tells whose fault it is where it does not", async (context) => {
  const { panel } = await example("clock_in_panel");
  const server = panel(world().instance({ retries: 0 })).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const clock = async (path) => {
    const url = `http://127.0.0.1:${server.address().port}/members/${path}`;
    const answer = await fetch(url, { method: "POST", headers: { connection: "close" } });
    return [answer.status, await answer.json()];
  };
  assert.deepEqual(await clock(`${ZEROS}/clock/in`), [200, { clockedIn: true }]);
  assert.equal((await clock("nobody/clock/in"))[0], 422);
  assert.equal((await clock(`${ZEROS.replaceAll("0", "9")}/clock/in`))[0], 404);
  await world().fault({ operation: "clockAccountV2", action: down });
  assert.equal((await clock(`${ZEROS}/clock/out`))[0], 503);
});

test("the export has everybody, and a night without the service leaves last night's file", async (context) => {
  await world().generate(150, { seed: 1 });
  const { total } = (await world().instance().cms.getAccountsV2()).unwrap();
  const file = join(folder, "members.csv");
  const { stderr } = await run("nightly_export", file);
  const rows = readFileSync(file, "utf8").trimEnd().split("\r\n");
  assert.equal(rows[0], '"accId","accName","comName","sysStatus","comStatus","banned"');
  assert.equal(new Set(rows).size, total + 1);
  assert.ok(rows.some((row) => row.includes('"ExampleAccount"')));
  assert.ok(stderr.includes(`[${"#".repeat(40)}] ${total} of ${total}`), stderr);

  const { exportTo } = await example("nightly_export");
  context.mock.method(process.stderr, "write", () => true);
  await world().fault({ nth: [2], action: down });
  const written = readFileSync(file);
  await assert.rejects(exportTo(file, world().instance({ retries: 0 })), UnavailableError);
  assert.deepEqual(readFileSync(file), written);
  assert.ok(existsSync(`${file}.partial`));
});
