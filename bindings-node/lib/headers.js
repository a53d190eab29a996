"use strict";

const { isObject, kindOf } = require("./encode.js");
const { wrongType } = require("./errors.js");

/** Headers in any of JavaScript's forms (a plain object, `Headers`, a Map, pairs) as a plain object. */
function readHeaders(name, headers) {
  if (headers === undefined || headers === null) return headers;
  if (typeof headers === "object" && typeof headers[Symbol.iterator] === "function") return joined(name, headers);
  if (isObject(headers)) return headers;
  throw wrongType(name, `must be an object of headers, a Headers, a Map or an array of pairs, not ${kindOf(headers)}`);
}

/** A name that comes again adds to what it has, as in `Headers`. */
function joined(name, pairs) {
  const headers = {};
  let index = 0;
  for (const pair of pairs) {
    const place = `${name}[${index++}]`;
    if (!Array.isArray(pair) || pair.length !== 2) throw wrongType(place, `must be a pair of name and value, not ${kindOf(pair)}`);
    const [key, value] = pair.map((part) => text(place, part));
    const known = Object.keys(headers).find((other) => other.toLowerCase() === key.toLowerCase());
    headers[known ?? key] = known === undefined ? value : `${headers[known]}, ${value}`;
  }
  return headers;
}

function text(place, part) {
  if (typeof part === "string") return part;
  throw wrongType(place, `must be a pair of strings, not with ${kindOf(part)} in it`);
}

module.exports = { readHeaders };
