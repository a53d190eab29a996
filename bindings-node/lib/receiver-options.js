"use strict";

const { EVENT_TYPES } = require("../generated/events.js");
const { kindOf } = require("./encode.js");
const { wrongType, wrongValue } = require("./errors.js");

const NAMES = ["key", "handlers", "onUnknown", "onError", "maxQueue", "bodyTimeout", "path"];
// Beyond this a timer of JavaScript fires at once.
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** The options of a receiver, checked, with the defaults in place of what is left out. */
function readOptions(options) {
  checkNames(options);
  return {
    key: options.key,
    handlers: handlers(options.handlers ?? {}),
    onUnknown: callback("onUnknown", options.onUnknown, options),
    onError: callback("onError", options.onError, options),
    maxQueue: integer("maxQueue", options.maxQueue ?? 1000, Number.MAX_SAFE_INTEGER),
    bodyTimeout: integer("bodyTimeout", options.bodyTimeout ?? 10_000, LONGEST_TIMEOUT),
    path: path(options.path ?? "/sonorancms/events"),
  };
}

function checkNames(options) {
  if (!isObject(options)) throw wrongType("options", `must be an object with a key, not ${kindOf(options)}`);
  for (const name of Object.keys(options)) {
    if (!NAMES.includes(name)) throw wrongType(name, `is not an option; there are ${NAMES.join(", ")}`);
  }
}

/** The handlers by type. Those of an object of a class count too. */
function handlers(object) {
  if (!isObject(object)) throw wrongType("handlers", `must be an object of functions, not ${kindOf(object)}`);
  for (const type of Object.keys(object)) {
    if (EVENT_TYPES.includes(type)) continue;
    throw wrongValue(`handlers.${type}`, `is no documented event; there are ${EVENT_TYPES.join(", ")}`);
  }
  return new Map(EVENT_TYPES.map((type) => [type, callback(`handlers.${type}`, object[type], object)]));
}

function callback(name, value, owner) {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "function") throw wrongType(name, `must be a function, not ${kindOf(value)}`);
  return value.bind(owner);
}

function integer(name, value, most) {
  if (typeof value !== "number") throw wrongType(name, `must be a number, not ${kindOf(value)}`);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw wrongValue(name, `must be a whole number from 1 to ${most}, not ${value}`);
}

function path(value) {
  if (typeof value !== "string") throw wrongType("path", `must be a string, not ${kindOf(value)}`);
  if (/^\/[^?#]*$/.test(value)) return value;
  throw wrongValue("path", "must start with a slash and have neither query nor fragment");
}

function isObject(value) {
  return Object.prototype.toString.call(value) === "[object Object]";
}

module.exports = { readOptions };
