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

/** Calls the native part; misuse is thrown as an argument error. */
function natively(call) {
  try {
    return call();
  } catch (error) {
    throw isMisuse(error) ? misuse(error) : error;
  }
}

module.exports = { isMisuse, misuse, natively };
