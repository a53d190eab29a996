"use strict";

/** What `util.inspect`, and with it `console.log`, calls for an object's own words; no import is needed for it. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** How many levels more than usual are shown: an account's lists are as deep in a response. */
const DEEPER = 2;

/** The words for an object of this name: its fields that are not null, shown as the caller of `inspect` wants it. */
function words(name, fields, depth, options, inspect) {
  if (depth < 0) return options.stylize(`[${name}]`, "special");
  const deeper = options.depth === null ? null : depth + DEEPER;
  return `${name} ${inspect(present(fields), { ...options, depth: deeper })}`;
}

function present(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

module.exports = { inspected, present, words };
