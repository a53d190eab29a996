"use strict";

// The test kit's guard: while it is on, no call leaves this machine.

/** Where it is kept: every copy of this file sees it, also one that is loaded anew when a runner forgets its modules. */
const PLACE = Symbol.for("sonoran.js.guard");
/** By this, worker threads and child processes begin with it as it is where they are started. */
const NAME = "SONORAN_TEST_GUARD";
const inherited = process.env[NAME] === "1";

/** Sets it; gives what it was. */
function guard(set = true) {
  if (typeof set !== "boolean") throw new TypeError("guard takes true or false");
  const before = isOn();
  globalThis[PLACE] = set;
  if (set) process.env[NAME] = "1";
  else delete process.env[NAME];
  return before;
}

function isOn() {
  return globalThis[PLACE] ?? inherited;
}

/** Refuses a call to this address, which is not of this machine; null is one that is. */
function pass(foreign) {
  if (foreign === null || !isOn()) return;
  const error = new Error(
    `a test may not call ${foreign}: this instance was given that address, or was made outside of a test, as when its ` +
      "module was imported or after the test had ended. Make it where the test calls it and await its calls there, set " +
      "SONORAN_CMS_API_URL before anything is imported, or let tests call other machines by useWorld(hooks, { guard: false })",
  );
  error.code = "ERR_SONORAN_GUARD";
  throw error;
}

module.exports = { guard, pass };
