"use strict";

const { inspect } = require("node:util");

/** What failed and nobody else is told of, as a warning of the process. */
function warn(name, error) {
  process.emitWarning(`${name} failed: ${shown(error)}`, "SonoranWarning", "SONORAN_FAILED");
}

function shown(error) {
  try {
    return inspect(error);
  } catch {
    return "with something that cannot be printed";
  }
}

module.exports = { warn };
