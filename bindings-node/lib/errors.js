"use strict";

/** A failed call, for those who prefer exceptions: the fields of the response, flat. */
class SonoranError extends Error {
  constructor({ reason, status, waited, error }) {
    super(reason);
    this.kind = error.kind;
    this.refusal = error.refusal;
    this.status = status;
    this.reason = reason;
    this.problem = error.problem;
    this.retryAfter = error.retryAfter;
    this.attempts = error.attempts;
    this.waited = waited;
    this.operation = error.operation;
    this.requestId = error.requestId;
    this.traceId = error.traceId;
    this.outcomeUnknown = error.outcomeUnknown;
  }

  /** As for any error, with what one needs in order to find the request again. */
  toString() {
    const status = this.status === null ? "no answer" : `status ${this.status}`;
    const request = this.requestId === null ? "" : `, request ${this.requestId}`;
    return `${super.toString()} (${this.operation}, ${status}${request})`;
  }
}

class ApiError extends SonoranError {}
class AuthError extends SonoranError {}
class NotFoundError extends SonoranError {}
class RateLimitedError extends SonoranError {}
class UnavailableError extends SonoranError {}
class BlockedError extends SonoranError {}
class TimeoutError extends SonoranError {}
class ConnectError extends SonoranError {}
class DnsError extends SonoranError {}
class TlsError extends SonoranError {}
class InvalidResponseError extends SonoranError {}
class InternalError extends SonoranError {}

const CLASS_OF_KIND = {
  api: ApiError,
  auth: AuthError,
  notFound: NotFoundError,
  rateLimited: RateLimitedError,
  unavailable: UnavailableError,
  blocked: BlockedError,
  timeout: TimeoutError,
  connect: ConnectError,
  dns: DnsError,
  tls: TlsError,
  invalidResponse: InvalidResponseError,
  internal: InternalError,
};

// On the prototype, as with JavaScript's own errors: own properties are the fields alone.
for (const Class of [SonoranError, ...Object.values(CLASS_OF_KIND)]) {
  Object.defineProperty(Class.prototype, "name", { value: Class.name, configurable: true, writable: true });
}

/** The error that stands for a response that is no success. */
function errorOf(response) {
  const Class = CLASS_OF_KIND[response.error.kind] ?? SonoranError;
  return new Class(response);
}

const ARGUMENT = "ERR_SONORAN_ARGUMENT";

/** Misuse: a TypeError for a wrong type, a RangeError for a wrong value. It names the argument. */
function argumentError(argument, problem, wrongType) {
  const Class = wrongType ? TypeError : RangeError;
  const error = new Class(`${argument} ${problem}`);
  error.code = ARGUMENT;
  error.argument = argument;
  return error;
}

const isArgumentError = (error) => error?.code === ARGUMENT;
const wrongType = (argument, problem) => argumentError(argument, problem, true);
const wrongValue = (argument, problem) => argumentError(argument, problem, false);

module.exports = {
  SonoranError,
  ApiError,
  AuthError,
  NotFoundError,
  RateLimitedError,
  UnavailableError,
  BlockedError,
  TimeoutError,
  ConnectError,
  DnsError,
  TlsError,
  InvalidResponseError,
  InternalError,
  errorOf,
  argumentError,
  isArgumentError,
  wrongType,
  wrongValue,
};
