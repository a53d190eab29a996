// What the package says when its native part is missing, wrong or at fault.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve("sonoran.js/package.json"));
const { version } = require("sonoran.js/package.json");
const machine = `${process.platform}-${process.arch}`;
const onLinux = { skip: process.platform !== "linux" };
const onGlibc = { skip: process.platform !== "linux" || !process.report.getReport().header.glibcVersionRuntime };
const run = promisify(execFile);

/** Processors, in ELF's numbers. */
const [X64, ARM64] = [62, 183];

test("a missing native part is named, with how to install it", (context) => {
  const load = () => require(copyAlone(context));
  assert.throws(load, ({ message }) => {
    assert.match(message, new RegExp(`no native part for this platform \\(${machine}`));
    assert.match(message, new RegExp(`npm install sonoran\\.js-${machine}[\\w-]*@${version}`));
    return true;
  });
});

test("a native part of another version is refused", onLinux, (context) => {
  const copy = copyAlone(context);
  fakePart(copy, "gnu", 'exports.VERSION = "0.0.1";');
  assert.throws(() => require(copy), /but 0\.0\.1 is installed.*npm install/);
});

test("where both C libraries' parts are installed, the one that runs is loaded", onLinux, (context) => {
  const copy = copyAlone(context);
  for (const libc of ["gnu", "musl"]) fakePart(copy, libc, working(libc));
  assert.equal(loaded(copy, ""), "gnu");
  // As on a machine whose loader is musl's.
  const musl = `
    require("node:fs").existsSync = (path) => path.startsWith("/lib/ld-musl-");
    process.report.getReport = () => ({ header: {} });`;
  assert.equal(loaded(copy, musl), "musl");
  const glibcBesideMusl = musl.replace("{ header: {} }", '{ header: { glibcVersionRuntime: "2.36" } }');
  assert.equal(loaded(copy, glibcBesideMusl), "gnu");
});

test("a part that can't be loaded gives way to the other, or is named", onLinux, (context) => {
  const copy = copyAlone(context);
  fakePart(copy, "gnu", 'throw new Error("libc.so.6: not here");');
  assert.throws(() => require(copy), /cannot load its native part\. sonoran\.js-linux-\w+-gnu: libc\.so\.6: not here\..*npm install/);
  fakePart(copy, "musl", working("musl"));
  assert.equal(loaded(copy, ""), "musl");
});

// As this machine's loader says it.
for (const [what, header, words] of [
  ["for another processor", elf({ machine: process.arch === "arm64" ? X64 : ARM64 }), "it is made for another processor than this Node.js"],
  ["of 32 bits", elf({ bits: 32, machine: 3 }), "it is made for another processor than this Node.js"],
  ["that is cut off", Buffer.from("\x7fELF"), "its file is damaged"],
  ["that is no library", Buffer.alloc(4096, "x"), "its file is damaged, or made for another system"],
]) {
  test(`a native part ${what} is told in plain words`, onGlibc, (context) => {
    const copy = copyAlone(context);
    writeFileSync(join(fakePart(copy, "gnu", 'module.exports = require("./sonoran.node");'), "sonoran.node"), header);
    assert.throws(() => require(copy), ({ message, cause }) => {
      assert.ok(message.includes(`sonoran.js-linux-${process.arch}-gnu: ${words}`), message);
      assert.match(message, /Remove node_modules and install again/);
      assert.ok(message.includes(cause.message.split("\n")[0]), message);
      return true;
    });
  });
}

test("a C library that is too old is told in plain words", onGlibc, (context) => {
  const copy = copyAlone(context);
  const real = readFileSync(createRequire(join(folder, "package.json")).resolve(`sonoran.js-${machine}-gnu`), "latin1");
  // To the loader, a glibc that does not have what the part asks for is an old one.
  const newer = real.replaceAll(/GLIBC_2\.\d\d\0/g, "GLIBC_2.99\0");
  const part = fakePart(copy, "gnu", 'module.exports = require("./sonoran.node");');
  writeFileSync(join(part, "sonoran.node"), newer, "latin1");
  assert.throws(() => require(copy), /gnu: this system's C library is older than the glibc 2\.99 that it needs \(/);
});

// As loaders say it that are not here.
for (const [message, words] of [
  ["libc.so: cannot open shared object file: No such file or directory", "it is made for musl, and this system has glibc"],
  ["/usr/lib/x86_64-linux-gnu/libc.so: invalid ELF header", "it is made for musl, and this system has glibc"],
  ["libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory", "it is made for musl, and this system has glibc"],
  ["Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by sonoran.node)", "it is made for glibc, and this system has musl"],
  ["Error relocating sonoran.node: __res_init: symbol not found", "it is made for glibc, and this system has musl"],
  ["Error loading shared library sonoran.node: Exec format error", "it is made for another processor"],
  ["\\\\?\\C:\\sonoran.node is not a valid Win32 application.", "it is made for another processor"],
  ["sonoran.node: cannot open shared object file: Permission denied", "this user may not read its file"],
  ["sonoran.node: failed to map segment from shared object", "its folder does not allow to run programs"],
  ["libgcc_s.so.1: cannot open shared object file: No such file or directory", "this system lacks libgcc_s.so.1"],
]) {
  test(`of "${message}" the message says what it means`, onLinux, (context) => {
    const copy = copyAlone(context);
    fakePart(copy, "gnu", `throw new Error(${JSON.stringify(message)});`);
    assert.throws(() => require(copy), (error) => {
      assert.ok(error.message.includes(`gnu: ${words}`) && error.message.includes(`(${message})`), error.message);
      return true;
    });
  });
}

test("node_modules of another machine are recognized", (context) => {
  const copy = copyAlone(context);
  const other = process.platform === "darwin" ? "linux-x64-gnu" : "darwin-arm64";
  mkdirSync(join(dirname(copy), `sonoran.js-${other}`));
  assert.throws(() => require(copy), ({ message }) => {
    assert.ok(message.includes(`There is sonoran.js-${other}: node_modules was installed for another system`), message);
    return true;
  });
});

test("a platform that nothing is made for is told which there are", (context) => {
  const copy = copyAlone(context);
  for (const [platform, arch] of [["linux", "arm"], ["win32", "arm64"], ["freebsd", "x64"]]) {
    const pretend = `Object.defineProperties(process, { platform: { value: "${platform}" }, arch: { value: "${arch}" } });`;
    assert.throws(() => loaded(copy, pretend), ({ stderr }) => {
      assert.match(stderr, new RegExp(`sonoran\\.js is not made for ${platform} on ${arch}\\. It runs on Linux`));
      return true;
    });
  }
});

test("under Node's permission model the part is loaded, or the message says what allows it", onGlibc, async (context) => {
  const flag = process.allowedNodeEnvironmentFlags.has("--permission") ? "--permission" : "--experimental-permission";
  if (!process.allowedNodeEnvironmentFlags.has("--allow-addons")) return context.skip("this Node.js has no --allow-addons");
  const program = `require(${JSON.stringify(folder)}); console.log("loaded")`;
  const node = (...flags) => run(process.execPath, [flag, `--allow-fs-read=${join(folder, "..")}/*`, ...flags, "--eval", program]);
  assert.equal((await node("--allow-addons")).stdout, "loaded\n");
  await assert.rejects(node(), ({ stderr }) => {
    assert.match(stderr, /which this process may not load: start Node\.js with --allow-addons/);
    return true;
  });
});

test("a fault of the native part is a failure of kind internal", { skip: process.platform === "win32" }, async (context) => {
  const copy = copyAlone(context);
  const client = 'class { foreign = null; execute() { throw new Error("something broke"); } }';
  const warnings = "class { take() { return []; } }";
  const part = `${working("")} exports.environmentNames = () => []; exports.Warnings = ${warnings}; exports.NativeClient = ${client};`;
  for (const libc of onLinux.skip ? [""] : ["gnu", "musl"]) fakePart(copy, libc, part);
  const { instance, InternalError } = require(copy);
  const warned = once(process, "warning");
  const response = await instance({ apiKey: "x", communityId: "x" }).cms.getCommunityV2();
  assert.equal(response.success, false);
  assert.equal(response.reason, "The library failed; please report it with what was written to standard error.");
  assert.match((await warned)[0].message, /^getCommunityV2 failed: Error: something broke/);
  assert.equal(response.status, null);
  assert.deepEqual([response.error.kind, response.error.operation], ["internal", "getCommunityV2"]);
  assert.throws(() => response.unwrap(), InternalError);
});

/** The code of a native part that reads every event as its own name. */
function working(name) {
  return `exports.VERSION = "${version}"; exports.EventReader = class { static limit() { return 9; } read() { return '{"type":"${name}"}'; } };`;
}

/** A package beside the copy that stands for a native part; its folder. */
function fakePart(copy, libc, code) {
  const folder = join(dirname(copy), `sonoran.js-${machine}${libc && "-"}${libc}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "x", main: "index.js" }));
  writeFileSync(join(folder, "index.js"), code);
  return folder;
}

/** The beginning of a library for Linux. */
function elf({ bits = 64, machine }) {
  const header = Buffer.alloc(4096);
  header.write("\x7fELF", "latin1");
  header.set([bits / 32, 1, 1], 4);
  header.writeUInt16LE(3, 16); // a shared library
  header.writeUInt16LE(machine, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(bits === 64 ? 56 : 32, bits === 64 ? 54 : 42); // the size of a program header
  return header;
}

/** Which part a process loads that has run `before`. */
function loaded(copy, before) {
  const code = `${before}; console.log(require(${JSON.stringify(copy)}).parseEvent("{}", "key").type)`;
  return execFileSync(process.execPath, ["--eval", code], { encoding: "utf8", stdio: "pipe" }).trim();
}

/** The main package without the platform's, in a folder of its own. */
function copyAlone(context) {
  const modules = join(mkdtempSync(join(tmpdir(), "sonoran-test-")), "node_modules");
  context.after(() => rmSync(dirname(modules), { recursive: true }));
  cpSync(folder, join(modules, "sonoran.js"), { recursive: true });
  return join(modules, "sonoran.js");
}
