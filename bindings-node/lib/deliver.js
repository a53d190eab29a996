"use strict";

const { warn } = require("./warn.js");

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

module.exports = { deliver };
