"use strict";

const { isDate } = require("node:util/types");
const { wrongType, wrongValue } = require("./errors.js");

// Deeper than any payload of this API; also what stops at an object that contains itself.
const DEEPEST = 100;
const INEXACT = "is a whole number too large to be exact in JavaScript: write it as a string or as a BigInt";

/**
 * The JSON text of an object. Unlike JSON.stringify, what JSON cannot hold is refused with its
 * place named, and not left out or turned into null. Half a surrogate pair is an escape here, which the core
 * refuses.
 *
 * `path` holds the name of the argument that the object is, or nothing for the top of the options.
 */
function encodeObject(value, path) {
  const object = resolved(value);
  if (!isObject(object)) throw wrongType(place(path), `must be a plain object, not ${kindOf(object)}`);
  return objectText(object, path);
}

/** The same for a list. */
function encodeArray(value, path) {
  const array = resolved(value);
  if (!Array.isArray(array)) throw wrongType(place(path), `must be an array, not ${kindOf(array)}`);
  return arrayText(array, path);
}

/** The same where a text may stand for an object. */
function encodeTextOrObject(value, path) {
  const given = resolved(value);
  if (typeof given === "string") return JSON.stringify(given);
  if (!isObject(given)) throw wrongType(place(path), `must be a string or a plain object, not ${kindOf(given)}`);
  return objectText(given, path);
}

function valueText(given, path) {
  // Its `toJSON` gives null.
  if (isDate(given) && Number.isNaN(given.getTime())) throw wrongValue(place(path), "must be a valid Date");
  const value = resolved(given);
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      return numberText(value, path);
    case "object":
      if (value === null) return "null";
      if (path.length > DEEPEST) throw wrongValue(place(path.slice(0, 3)), "is nested too deeply, or contains itself");
      if (Array.isArray(value)) return arrayText(value, path);
      if (isObject(value)) return objectText(value, path);
  }
  throw wrongType(place(path), `must be something that JSON can hold, not ${kindOf(value)}`);
}

function objectText(object, path) {
  const members = [];
  const keys = Object.keys(object);
  if (keys.length === 0 && !isPlain(object)) {
    throw wrongType(place(path), "must be a plain object, or have fields of its own: what a class or a prototype has is not sent");
  }
  for (const key of keys) {
    const value = object[key];
    // A field that is undefined is one that is not there: so it is everywhere in JavaScript.
    if (value === undefined) continue;
    path.push(key);
    members.push(`${JSON.stringify(key)}:${valueText(value, path)}`);
    path.pop();
  }
  return `{${members.join(",")}}`;
}

function arrayText(array, path) {
  const items = [];
  for (let index = 0; index < array.length; index += 1) {
    path.push(index);
    items.push(valueText(array[index], path));
    path.pop();
  }
  return `[${items.join(",")}]`;
}

function numberText(number, path) {
  if (!Number.isFinite(number)) throw wrongValue(place(path), `must be a number that JSON can hold, not ${number}`);
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) throw wrongValue(place(path), INEXACT);
  return JSON.stringify(number);
}

/** What stands for the value in JSON: a Date, for example, gives its ISO text. */
function resolved(value) {
  return typeof value?.toJSON === "function" ? value.toJSON() : value;
}

/** Whether JSON holds all of it: a Map, a Set or a Promise has contents that would be lost. */
function isObject(value) {
  return typeof value === "object" && Object.prototype.toString.call(value) === "[object Object]";
}

/** Whether it is a literal's or a `null` object, whatever realm it comes from. */
function isPlain(object) {
  const prototype = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Writes a path as one would in JavaScript: payload.add[1]. */
function place(path) {
  return path.reduce((text, step) => text + stepText(step, text === ""), "") || "options";
}

function stepText(step, first) {
  if (typeof step === "number") return `[${step}]`;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step)) return `[${JSON.stringify(step)}]`;
  return first ? step : `.${step}`;
}

function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  if (Array.isArray(value)) return "an array";
  return withArticle(Object.prototype.toString.call(value).slice(8, -1));
}

function withArticle(name) {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}

module.exports = { encodeArray, encodeObject, encodeTextOrObject, isObject, kindOf, numberText, resolved };
