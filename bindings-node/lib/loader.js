"use strict";

const { existsSync } = require("node:fs");
const modules = require("node:module");
const { isAbsolute } = require("node:path");
const { version } = require("../package.json");

/** Loads the native part from the package made for this platform. */
function load() {
  const platforms = ordered();
  const failures = [];
  for (const platform of platforms) {
    const native = tried(platform, failures);
    if (native === null) continue;
    if (native.VERSION !== version) throw why().mismatch(platform, native.VERSION);
    return native;
  }
  throw failures.length > 0 ? why().broken(platforms[0], failures) : why().missing(platforms[0]);
}

/** The words for it, which few programs need. */
function why() {
  return require("./load-errors.js");
}

/** What this process may run, in npm's words, the likeliest first. */
function ordered() {
  const machine = `${process.platform}-${process.arch}`;
  if (process.platform === "win32") return [`${machine}-msvc`];
  if (process.platform !== "linux") return [machine];
  // Some installers put both on the disk: the C library that runs decides, not the one that is found first.
  return isMusl() ? [`${machine}-musl`, `${machine}-gnu`] : [`${machine}-gnu`, `${machine}-musl`];
}

function isMusl() {
  // The report takes a while to make, and musl's loader lies on few machines.
  if (!mayHaveMusl()) return false;
  return process.report?.getReport().header?.glibcVersionRuntime === undefined;
}

function mayHaveMusl() {
  const name = { x64: "x86_64", arm64: "aarch64" }[process.arch] ?? process.arch;
  try {
    return existsSync(`/lib/ld-musl-${name}.so.1`);
  } catch {
    // Under Node's permission model not everybody may look.
    return true;
  }
}

/** One that can't be loaded may have been meant for another C library. */
function tried(platform, failures) {
  try {
    // In a bundle a module has no file: there package.json chooses how the part is found, which takes longer.
    return isAbsolute(module.filename ?? "") ? beside(platform) : require("#native").part(platform);
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return null;
    failures.push({ platform, error });
    return null;
  }
}

/** The part that npm installed beside this package. */
function beside(platform) {
  // Not by its name: bundlers would take `createRequire` for their own.
  return modules.createRequire(module.filename)(`sonoran.js-${platform}`);
}

module.exports = load();
