"use strict";

const { errorOf } = require("./errors.js");
const { inspected, present, words } = require("./inspected.js");

/** What came of a call. Nothing that the service or the network does is thrown: look at `success`. */
class SonoranResponse {
  constructor({ success, data, reason, status, meta, requestId, attempts, waited, error }) {
    this.success = success;
    this.data = data;
    this.reason = reason;
    this.status = status;
    this.meta = meta;
    this.requestId = requestId;
    this.attempts = attempts;
    this.waited = waited;
    this.error = error;
  }

  /** The data of a success; a failure is thrown as a SonoranError. */
  unwrap() {
    if (this.success) return this.data;
    const error = errorOf(this);
    // Its first line is the caller's, without ours.
    Error.captureStackTrace?.(error, SonoranResponse.prototype.unwrap);
    throw error;
  }

  /** What came of it in a line. */
  toString() {
    if (this.success) return `status ${this.status}`;
    return `${this.error.operation}: ${this.status ?? "no answer"}, ${this.reason}`;
  }

  [inspected](depth, options, inspect) {
    const error = this.error && present(this.error);
    return words("SonoranResponse", { ...this, error }, depth, options, inspect);
  }
}

const FAULT = "The library failed; please report it with what was written to standard error.";

/** The response that stands for a fault of this package. Its own words might tell too much. */
function internalFailure(operation) {
  const error = { kind: "internal", problem: null, retryAfter: null, attempts: 0, operation };
  return new SonoranResponse({
    ...{ success: false, data: null, reason: FAULT, status: null, meta: null },
    ...{ requestId: null, attempts: 0, waited: 0 },
    error: { ...error, requestId: null, traceId: null, refusal: null, outcomeUnknown: false },
  });
}

module.exports = { SonoranResponse, internalFailure };
