"use strict";

// What the kit is given: a slip is told by its name, before anything is done.

const { kindOf } = require("../lib/encode.js");
const { wrongType, wrongValue } = require("../lib/errors.js");

/** Refuses an option that is none of these, by their types. */
function checkOptions(of, options, types) {
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw wrongType("options", `of ${of} must be an object, not ${kindOf(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(types, name)) {
      throw wrongValue(name, `is no option of ${of}; there are ${Object.keys(types).join(", ")}`);
    }
    if (value !== undefined && typeof value !== types[name]) {
      throw wrongType(name, `must be a ${types[name]}, not ${kindOf(value)}`);
    }
  }
}

/** A number of something, from 0. */
function checkNumber(name, value, unit, fits = Number.isFinite) {
  if (typeof value !== "number") throw wrongType(name, `must be a number of ${unit}, not ${kindOf(value)}`);
  if (!fits(value) || value < 0) throw wrongValue(name, `must be a number of ${unit} from 0, not ${value}`);
}

/** What an instance of a world may not be given: it would call another place than this world. */
function checkPlace(options) {
  for (const name of ["apiUrl", "cmsApiUrl", "cmsApiKey", "cmsCommunityId"]) {
    if (options[name] === undefined || options[name] === null) continue;
    throw wrongValue(name, "cannot be given: an instance of a world calls this world with its key; leave it out");
  }
}

/** What spoils nothing, or strikes never. */
function checkFault(rule) {
  if (Object.prototype.toString.call(rule) !== "[object Object]") {
    throw wrongType("rule", `must be an object such as { operation, action }, not ${kindOf(rule)}`);
  }
  const given = (name) => rule[name] !== undefined && rule[name] !== null;
  if (!given("action") && !rule.delay) {
    throw wrongValue("action", "is missing: a fault without it, and without a delay, spoils nothing");
  }
  if (given("nth") && given("times")) throw wrongValue("times", "and nth exclude each other: list the places in nth");
  if (given("operation") && given("method")) throw wrongValue("method", "is said by the operation already: leave it out");
}

module.exports = { checkFault, checkNumber, checkOptions, checkPlace };
