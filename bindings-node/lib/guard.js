"use strict";

// The test kit's guard: while it is on, no call leaves this machine.

let on = false;

/** Sets it; gives what it was. */
function guard(set = true) {
  const before = on;
  on = set;
  return before;
}

/** Refuses a call to this address, which is not of this machine; null is one that is. */
function pass(foreign) {
  if (!on || foreign === null) return;
  throw new Error(
    `a test may not call ${foreign}: this instance was given that address, or was made before the test began, as when ` +
      "its module was imported. Make it where the test calls it, set SONORAN_CMS_API_URL before anything is imported, " +
      "or let tests call other machines by useWorld(hooks, { guard: false })",
  );
}

module.exports = { guard, pass };
