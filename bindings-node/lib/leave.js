"use strict";

// What keeps events that were taken from being lost when the process ends. A program that closes its receivers
// before it ends needs none of it.

/** How long they may hold up a process that a signal has told to end. */
const PATIENCE = 10_000;
const SIGNALS = ["SIGINT", "SIGTERM"];

/** The queues in which something is left to do. */
const busy = new Set();
let leaving = false;

/** To be told when a queue gets something to do. */
function begun(queue) {
  if (busy.size === 0 && !leaving) watch();
  busy.add(queue);
}

/** To be told when it has nothing left to do. */
function done(queue) {
  busy.delete(queue);
  if (busy.size === 0 && !leaving) unwatch();
}

// Only while there is something to lose: at all other times a signal ends the process as if we were not there.
function watch() {
  // Before the program's own listeners: one that listens once is gone by the time that it is called.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
  process.on("exit", tell);
}

function unwatch() {
  for (const signal of SIGNALS) process.off(signal, onSignal);
  process.off("exit", tell);
}

function onSignal(signal) {
  // A program that listens itself says when it ends, and is to close the receiver before.
  if (process.listenerCount(signal) === 1) void leave(signal);
}

async function leave(signal) {
  leaving = true;
  // From now on a second signal ends the process at once.
  unwatch();
  let timer;
  await Promise.race([drained(), new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)))]);
  clearTimeout(timer);
  tell();
  process.kill(process.pid, signal);
}

async function drained() {
  while (busy.size > 0) await Promise.all([...busy].map((queue) => queue.close()));
}

/** In the log, and not as a warning of the process: for that it is too late. */
function tell() {
  const left = [...busy].reduce((sum, queue) => sum + queue.left, 0);
  if (left === 0) return;
  const events = left === 1 ? "1 event that was taken is" : `${left} events that were taken are`;
  console.error(`sonoran.js: ${events} not handled, since the process ends before receiver.close() is done`);
}

module.exports = { begun, done };
