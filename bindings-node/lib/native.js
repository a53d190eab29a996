"use strict";

const { existsSync } = require("node:fs");
const { join } = require("node:path");

/**
 * The native part for a platform, from the package that npm installed beside this one. Each name stands here in full
 * and inside the `try`, where Bun and ncc look for what to take along, and do without what is not there.
 */
function part(platform) {
  try {
    switch (platform) {
      case "linux-x64-gnu":
        return require("sonoran.js-linux-x64-gnu");
      case "linux-x64-musl":
        return require("sonoran.js-linux-x64-musl");
      case "linux-arm64-gnu":
        return require("sonoran.js-linux-arm64-gnu");
      case "linux-arm64-musl":
        return require("sonoran.js-linux-arm64-musl");
      case "darwin-x64":
        return require("sonoran.js-darwin-x64");
      case "darwin-arm64":
        return require("sonoran.js-darwin-arm64");
      case "win32-x64-msvc":
        return require("sonoran.js-win32-x64-msvc");
    }
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
  }
  return null;
}

/** Whether the package for a platform lies where this one's would. */
function isThere(platform) {
  // Unlike `__dirname`, no bundler takes this for a folder to put into the bundle.
  return module.path !== undefined && existsSync(join(module.path, "../..", `sonoran.js-${platform}`));
}

/** What to do when the part is not there, to be said after how to install it. */
const ADVICE = "Check that optional dependencies are not left out (npm's --omit=optional).";

module.exports = { part, isThere, ADVICE };
