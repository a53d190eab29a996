"use strict";

const { existsSync } = require("node:fs");
const { ADVICE, part } = require("#native");
const { version } = require("../package.json");

/** Loads the native part from the package made for this platform. */
function load() {
  const platforms = ordered();
  const failures = [];
  for (const platform of platforms) {
    const native = tried(platform, failures);
    if (native === null) continue;
    if (native.VERSION !== version) throw mismatch(platform, native.VERSION);
    return native;
  }
  throw failures.length > 0 ? broken(failures) : missing(platforms[0]);
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
  const name = { x64: "x86_64", arm64: "aarch64" }[process.arch] ?? process.arch;
  // The report takes a while to make, and musl's loader lies on few machines.
  if (!existsSync(`/lib/ld-musl-${name}.so.1`)) return false;
  return process.report?.getReport().header?.glibcVersionRuntime === undefined;
}

/** One that can't be loaded may have been meant for another C library. */
function tried(platform, failures) {
  try {
    return part(platform);
  } catch (error) {
    failures.push({ platform, error });
    return null;
  }
}

const nameOf = (platform) => `sonoran.js-${platform}`;
const install = (platform) => `npm install ${nameOf(platform)}@${version}`;

function mismatch(platform, found) {
  const name = nameOf(platform);
  return new Error(
    `sonoran.js ${version} needs ${name} ${version}, but ${found ?? "another version"} is installed. ` +
      `Install the right one: ${install(platform)}`,
  );
}

function broken(failures) {
  const each = failures.map(({ platform, error }) => `${nameOf(platform)}: ${error.message}`);
  return new Error(
    `sonoran.js cannot load its native part (${each.join("; ")}). Install it anew: ${install(failures[0].platform)}`,
    { cause: failures[0].error },
  );
}

function missing(platform) {
  return new Error(
    `sonoran.js has no native part for this platform (${platform}): the package ${nameOf(platform)} is not ` +
      `installed. Install it: ${install(platform)}. ${ADVICE}`,
  );
}

module.exports = load();
