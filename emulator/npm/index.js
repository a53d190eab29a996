"use strict";

const { version } = require("./package.json");

/** Where the program for this platform is, which npm installed as a package of its own. */
function path() {
  const platform = `${process.platform}-${process.arch}`;
  const name = `sonoran-emulator-${platform}`;
  const file = process.platform === "win32" ? "sonoran-emulator.exe" : "sonoran-emulator";
  try {
    return require.resolve(`${name}/${file}`);
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      `sonoran-emulator has no program for this platform (${platform}): the package ${name} is not installed. ` +
        `Install it: npm install ${name}@${version}. If npm finds no such package, the platform is not supported; ` +
        "if it does, check that optional dependencies are not left out (npm's --omit=optional).",
      { cause: error },
    );
  }
}

module.exports = { path };
