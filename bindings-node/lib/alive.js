"use strict";

// Keeps the process alive while calls are under way: what wakes this thread for their answers does not.

// Not the global one, which tests replace.
const { setInterval } = require("node:timers");

const LONGEST = 2 ** 31 - 1;

let calls = 0;
let handle = null;

function begun() {
  calls += 1;
  if (calls > 1) return;
  handle ??= setInterval(() => {}, LONGEST).unref();
  handle.ref();
}

function over() {
  calls -= 1;
  if (calls === 0) handle.unref();
}

module.exports = { begun, over };
