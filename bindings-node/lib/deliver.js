"use strict";

const { inspect } = require("node:util");

/** Gives an event to its handler, and what that throws to `onError`; never rejects itself. */
async function deliver({ handlers, onUnknown, onError }, event) {
  try {
    if (!event.known) return void (await onUnknown?.(event));
    await handlers.get(event.type)?.(event);
  } catch (error) {
    await report(onError, error, event);
  }
}

async function report(onError, error, event) {
  if (onError === undefined) return warn(event.known ? `handlers.${event.type}` : "onUnknown", error);
  try {
    await onError(error, event);
  } catch (second) {
    warn("onError", second);
  }
}

/** What nobody else is told of, as a warning of the process. */
function warn(name, error) {
  process.emitWarning(`${name} failed: ${shown(error)}`, "SonoranEventWarning", "SONORAN_EVENT_HANDLER");
}

function shown(error) {
  try {
    return inspect(error);
  } catch {
    return "with something that cannot be printed";
  }
}

module.exports = { deliver, warn };
