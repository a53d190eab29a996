// The emulator's npm packages: its command and its path once they are installed, and that it ends.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { needed } from "./support.mjs";

const run = promisify(execFile);
const windows = process.platform === "win32";
const npm = windows ? "npm.cmd" : "npm";
const platform = `${process.platform}-${process.arch}`;
const dist = needed("SONORAN_DIST");
const { version } = JSON.parse(readFileSync(join(needed("SONORAN_ROOT"), "emulator/npm/package.json"), "utf8"));
const tarball = (name) => join(dist, `${name}-${version}.tgz`);

let parent;
let project;

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "sonoran-emulator-"));
  // A path as users have them.
  project = join(parent, "Große Bots");
  await installed(project, [tarball("sonoran-emulator"), tarball(`sonoran-emulator-${platform}`)]);
});
after(() => rmSync(parent, { recursive: true }));

async function installed(folder, tarballs) {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  await run(npm, ["install", "--offline", "--no-audit", "--no-fund", ...tarballs], { cwd: folder, shell: windows });
}

const packageIn = (folder) => createRequire(join(folder, "index.js"))("sonoran-emulator");

async function firstLine(child) {
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return JSON.parse(line);
}

const answers = async (url) =>
  (await fetch(`${url}/v2/community`, { headers: { authorization: "Bearer YOUR_API_KEY" } })).status === 200;

test("npx tells the version of the package", async () => {
  const words = ["exec", "--no", "--offline", "--", "sonoran-emulator", "--version"];
  const { stdout } = await run(npm, words, { cwd: project, shell: windows });
  assert.equal(stdout.trim(), `sonoran-emulator ${version}`);
});

test("a wrong argument has the program's own status", async () => {
  const command = join(project, "node_modules/sonoran-emulator/sonoran-emulator.js");
  const refused = await run(process.execPath, [command, "--prot", "0"]).catch((error) => error);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /--prot/);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
  test(`the command answers, and ends with its program by ${signal}`, { skip: windows }, async () => {
    const command = join(project, "node_modules/.bin/sonoran-emulator");
    const launcher = spawn(command, ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const { url, pid } = await firstLine(launcher);
    assert.ok(await answers(url));
    launcher.kill(signal);
    const [code, by] = await once(launcher, "exit");
    assert.ok(code === 0 || by === signal, `${code} ${by}`);
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
  });
}

test("the program ends with a command that is killed", async () => {
  const command = join(project, "node_modules/sonoran-emulator/sonoran-emulator.js");
  const stdio = ["ignore", "pipe", "pipe"];
  const launcher = spawn(process.execPath, [command, "--port", "0"], { stdio });
  const { url } = await firstLine(launcher);
  assert.ok(await answers(url), "not because of an input without an end");
  launcher.kill("SIGKILL");
  // The program holds its output open for as long as it runs.
  launcher.stderr.resume();
  await once(launcher, "close");
  await assert.rejects(answers(url));
});

test("the command hands on the end of its input where that is wanted", async () => {
  const command = join(project, "node_modules/sonoran-emulator/sonoran-emulator.js");
  for (const [flags, asked] of [[["--exit-with-parent"], ""], [[], "On"]]) {
    const env = { ...process.env, SONORAN_EMULATOR_EXIT_WITH_PARENT: asked };
    const stdio = ["pipe", "pipe", "inherit"];
    const launcher = spawn(process.execPath, [command, "--port", "0", ...flags], { env, stdio });
    assert.ok(await answers((await firstLine(launcher)).url));
    launcher.stdin.end();
    const [code] = await once(launcher, "exit");
    assert.equal(code, 0);
  }
});

test("a test finds the program by its path", async () => {
  const emulator = spawn(packageIn(project).path(), ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const { url, pid } = await firstLine(emulator);
  assert.equal(pid, emulator.pid);
  assert.ok(await answers(url));
  emulator.kill();
  await once(emulator, "exit");
});

test("a missing part is told, and how to get it", async () => {
  const folder = join(parent, "without");
  await installed(folder, [tarball("sonoran-emulator")]);
  assert.throws(() => packageIn(folder).path(), new RegExp(`npm install sonoran-emulator-${platform}@${version}`));
  const command = join(folder, "node_modules/sonoran-emulator/sonoran-emulator.js");
  const refused = await run(process.execPath, [command]).catch((error) => error);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /^sonoran-emulator has no program for this platform/);
});

test("the example of its page runs", async () => {
  const page = readFileSync(join(needed("SONORAN_ROOT"), "emulator/npm/README.md"), "utf8");
  const [, example] = /```javascript\n(.*?)```/s.exec(page);
  const { stdout } = await run(process.execPath, ["-e", example], { cwd: project });
  assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\n$/);
});
