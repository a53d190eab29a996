"use strict";

const { argumentError } = require("./errors.js");

/** The native part marks misuse by a code and describes it in JSON. */
function isMisuse(error) {
  return error.code === "InvalidArg" && error.message.startsWith("{");
}

/** The argument error for what the native part said. */
function misuse(error) {
  const { argument, problem, wrongType } = JSON.parse(error.message);
  return argumentError(argument, problem, wrongType);
}

/** Makes an object of the native part; misuse is thrown as an argument error. */
function create(make) {
  try {
    return make();
  } catch (error) {
    throw isMisuse(error) ? misuse(error) : error;
  }
}

module.exports = { create, isMisuse, misuse };
