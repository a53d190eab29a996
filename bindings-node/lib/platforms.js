"use strict";

/** The platforms that native parts are made for, in npm's words; scripts/pack.mjs makes them. */
const PLATFORMS = [
  "linux-x64-gnu",
  "linux-x64-musl",
  "linux-arm64-gnu",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "win32-x64-msvc",
];

module.exports = { PLATFORMS };
