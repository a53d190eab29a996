"use strict";

const { version } = require("../package.json");

/** Loads the native part from the package made for this platform, as npm installed it beside this one. */
function load() {
  for (const platform of platforms()) {
    const name = `sonoran.js-${platform}`;
    const manifest = find(`${name}/package.json`);
    if (manifest === null) continue;
    if (manifest.version !== version) throw mismatch(name, manifest.version);
    return require(name);
  }
  throw missing();
}

/** What this process may run, in npm's words; on Linux npm has installed the one that suits the C library. */
function platforms() {
  const machine = `${process.platform}-${process.arch}`;
  if (process.platform === "linux") return [`${machine}-gnu`, `${machine}-musl`];
  if (process.platform === "win32") return [`${machine}-msvc`];
  return [machine];
}

function find(path) {
  try {
    return require(path);
  } catch (error) {
    if (error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

function mismatch(name, found) {
  return new Error(
    `sonoran.js ${version} needs ${name} ${version}, but ${found} is installed. ` +
      `Install the right one: npm install ${name}@${version}`,
  );
}

function missing() {
  const name = `sonoran.js-${exactPlatform()}`;
  return new Error(
    `sonoran.js has no native part for this platform (${exactPlatform()}): the package ${name} is not installed. ` +
      `Install it: npm install ${name}@${version}. ` +
      "If npm finds no such package, the platform is not supported; " +
      "if it does, check that optional dependencies are not left out (npm's --omit=optional).",
  );
}

/** Asked only when something is missing: the report takes a while to make. */
function exactPlatform() {
  const [first, musl] = platforms();
  if (musl === undefined) return first;
  return process.report?.getReport().header.glibcVersionRuntime === undefined ? musl : first;
}

module.exports = load();
