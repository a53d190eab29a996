"use strict";

const { environmentNames } = require("./loader.js");

/**
 * The variables that count, as JavaScript sees them at this moment. In a worker thread, and in a sandbox such as Jest's,
 * `process.env` is a copy, and what a program or a test sets there never reaches the process's own.
 */
function readEnvironment() {
  const entries = environmentNames().map((name) => [name, process.env[name]]);
  // A sandbox's copy may hold anything; Node's own holds texts alone.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]));
}

module.exports = { readEnvironment };
