"use strict";

const { Warnings } = require("./loader.js");

let untold = null;

/** Where the clients of this thread leave what they warn of, in the midst of their work. */
function warnings() {
  return (untold ??= new Warnings(tellWarnings));
}

/** Tells of it as warnings of the process, whose code is the kind: SONORAN_LIMITS_NOT_SHARED. */
function tellWarnings() {
  const told = untold.take();
  for (let at = 0; at < told.length; at += 2) {
    const code = `SONORAN_${told[at].replace(/[A-Z]/g, "_$&").toUpperCase()}`;
    process.emitWarning(told[at + 1], "SonoranWarning", code);
  }
}

module.exports = { warnings, tellWarnings };
