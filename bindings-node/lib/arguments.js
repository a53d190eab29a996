"use strict";

const { encodeArray, encodeObject, encodeTextOrObject, kindOf, numberText } = require("./encode.js");
const { wrongType } = require("./errors.js");

/** The plain arguments of a call as a JSON array; whether they suit the operation is for the core to say. */
function encodeIds(ids) {
  return `[${Object.keys(ids).map((name) => idText(ids[name], name)).join(",")}]`;
}

function idText(value, name) {
  switch (typeof value) {
    case "undefined":
      return "null";
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "bigint":
      // As text: the core's numbers end where BigInts don't.
      return `"${value}"`;
    case "number":
      return numberText(value, [name]);
  }
  if (value === null) return "null";
  throw wrongType(name, `must be a string, a number, a BigInt or a boolean, not ${kindOf(value)}`);
}

const ENCODERS = { object: encodeObject, list: encodeArray, textOrObject: encodeTextOrObject };

/** The payload of a call in its form, given as its one named member; null where there is none. */
function encodeBody(body, form = "object") {
  const encode = ENCODERS[form];
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    refuseSignal(name, value);
    return encode(value, [name]);
  }
  return null;
}

/** Other call options in a payload's place are refused by the core, by their names. */
function refuseSignal(name, value) {
  const place = isSignal(value) ? name : `${name}.signal`;
  if (place !== name && !isSignal(value.signal)) return;
  throw wrongType(place, `is an AbortSignal, which belongs in the last argument, behind the ${name}`);
}

/** Parts the last argument, an AbortSignal or an object with one in it, into signal and text. */
function readCallOptions(options) {
  if (options === undefined || options === null) return { signal: null, text: null };
  if (isSignal(options)) return { signal: options, text: null };
  const { signal, ...rest } = plain(options);
  if (signal !== undefined && signal !== null && !isSignal(signal)) {
    throw wrongType("signal", `must be an AbortSignal, not ${kindOf(signal)}`);
  }
  return { signal: signal ?? null, text: encodeObject(rest, []) };
}

function plain(options) {
  if (Object.prototype.toString.call(options) === "[object Object]") return options;
  throw wrongType("options", `must be an AbortSignal or an object of call options, not ${kindOf(options)}`);
}

// By its shape: signals of other realms and of polyfills are no instances of this AbortSignal.
function isSignal(value) {
  return typeof value?.aborted === "boolean" && typeof value.addEventListener === "function";
}

module.exports = { encodeIds, encodeBody, isSignal, readCallOptions };
