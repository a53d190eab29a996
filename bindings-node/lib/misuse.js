"use strict";

const { argumentError } = require("./errors.js");

/** The code of what ended because the instance was closed. */
const CLOSED = "Cancelled";

const isClosed = (error) => error.code === CLOSED;

/** The native part marks misuse by a code and describes it in JSON. */
function isMisuse(error) {
  return isClosed(error) || (error.code === "InvalidArg" && error.message.startsWith("{"));
}

/** The error for what the native part said: an argument error, or an abort where the instance was closed. */
function misuse(error) {
  if (isClosed(error)) return new DOMException(error.message, "AbortError");
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

module.exports = { isClosed, isMisuse, misuse, natively };
