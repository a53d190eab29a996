"use strict";

/** The calls that each signal would end, and the listener that does. */
const watched = new WeakMap();

/**
 * Cancels the handle when the signal is aborted; gives a function that ends the watch.
 *
 * All calls of a signal share one listener: Node warns of a leak at the eleventh.
 */
function watch(signal, handle) {
  const entry = watched.get(signal) ?? listen(signal);
  entry.handles.add(handle);
  return () => {
    entry.handles.delete(handle);
    if (entry.handles.size > 0) return;
    signal.removeEventListener("abort", entry.onAbort);
    watched.delete(signal);
  };
}

function listen(signal) {
  const handles = new Set();
  const onAbort = () => {
    for (const handle of handles) handle.cancel();
  };
  signal.addEventListener("abort", onAbort);
  watched.set(signal, { handles, onAbort });
  return watched.get(signal);
}

module.exports = { watch };
