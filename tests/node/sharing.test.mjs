// Limits that instances share through a Valkey or Redis server: a real one, where one is installed.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { needed, useEmulator, ZEROS } from "./support.mjs";

const emulator = useEmulator();
const program = ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
const skip = program && process.platform !== "win32" ? false : "neither valkey-server nor redis-server is installed";

/** A folder that is gone after the test. */
function folderFor(context) {
  const folder = mkdtempSync(join(tmpdir(), "sonoran-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("all that name a server share the limits", { skip, timeout: 300_000 }, async (context) => {
  const folder = folderFor(context);
  const socket = join(folder, "socket");
  const options = ["--port", "0", "--save", "", "--unixsocket", socket, "--dir", folder];
  const server = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  context.after(() => server.kill("SIGKILL"));
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("ready to accept connections")) break;
  }
  server.stdout.resume();
  // By another name it is another one: two such instances know of each other through the server alone.
  symlinkSync(socket, join(folder, "other"));
  const [one, other] = ["socket", "other"].map((name) =>
    emulator.instance({ ceilings: { getAccountV2: 3 }, shareLimits: `unix:${join(folder, name)}` }),
  );
  for (const instance of [one, other, one]) {
    assert.equal((await instance.cms.getAccountV2(ZEROS)).reason, null);
  }
  for (const instance of [one, other]) {
    assert.equal((await instance.cms.getAccountV2(ZEROS, { maxWait: 1_000 })).error.kind, "rateLimited");
  }
  assert.equal((await emulator.journal()).length, 3);
});

test("what is wrong with a server's address is told without what may be a password", () => {
  const wrong = () => emulator.instance({ shareLimits: "redis://:hunter2@" });
  assert.throws(wrong, ({ name, argument, message }) => {
    return name === "RangeError" && argument === "shareLimits" && !message.includes("hunter2");
  });
});

test("the snippet of docs/sharing-a-key.md", (context) => {
  const page = readFileSync(join(needed("SONORAN_ROOT"), "docs/sharing-a-key.md"), "utf8");
  const [, code] = page.match(/```javascript\n(.*?)```/s);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folderFor(context);
  context.after(() => (TMPDIR === undefined ? delete process.env.TMPDIR : (process.env.TMPDIR = TMPDIR)));
  const { apiKey, communityId } = emulator.options();
  const made = new Function("Sonoran", "apiKey", "communityId", `${code} return instance;`)(Sonoran, apiKey, communityId);
  made.close();
});
