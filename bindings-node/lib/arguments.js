"use strict";

const { encodeArray, encodeObject, encodeTextOrObject, kindOf } = require("./encode.js");
const { wrongType, wrongValue } = require("./errors.js");

/** The plain arguments of a call as a JSON array; whether they suit the operation is for the core to say. */
function encodeIds(ids) {
  return `[${Object.keys(ids).map((name) => idText(name, ids[name])).join(",")}]`;
}

function idText(name, value) {
  if (value === undefined || value === null) return "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") {
    throw wrongType(name, `must be a string, a number or a boolean, not ${kindOf(value)}`);
  }
  if (!Number.isFinite(value)) throw wrongValue(name, `must be a number that JSON can hold, not ${value}`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw wrongValue(name, "is a whole number too large to be exact in JavaScript: write it as a string");
  }
  return String(value);
}

const ENCODERS = { object: encodeObject, list: encodeArray, textOrObject: encodeTextOrObject };

/** The payload of a call in its form, given as its one named member; null where there is none. */
function encodeBody(body, form = "object") {
  const encode = ENCODERS[form];
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (value !== undefined && value !== null) return encode(value, [name]);
  }
  return null;
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

module.exports = { encodeIds, encodeBody, readCallOptions };
