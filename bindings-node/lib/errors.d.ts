import type { Problem } from "../generated/types.js";
import type { ErrorKind, Refusal } from "./response.js";

/**
 * A failed call, for those who prefer exceptions: thrown by `response.unwrap()`, and by every
 * method where the option `throwErrors` is set. Its message is `reason`; as text it also has the operation, the
 * status and the request's id.
 */
export declare class SonoranError extends Error {
  protected constructor();
  readonly kind: ErrorKind;
  /** Which documented refusal it is; null where it is none. An outage never has one. */
  readonly refusal: Refusal | null;
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
  /** What went wrong, as a plain sentence. */
  readonly reason: string;
  /** The whole problem document, with its extensions, where the service sent one. */
  readonly problem: Problem | null;
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | null;
  /** How many requests were sent. */
  readonly attempts: number;
  /** Seconds spent waiting for slots of the rate limit. */
  readonly waited: number;
  /** The method that was called. */
  readonly operation: string | null;
  /** The service's id for the request, to be named when asking its support. */
  readonly requestId: string | null;
  /** The service's id for its own trace of the request, from the problem document. */
  readonly traceId: string | null;
  /** The request may have been carried out, but its answer was lost. */
  readonly outcomeUnknown: boolean;
}

/** Kind `api`: the service refused the request or failed at it. */
export declare class ApiError extends SonoranError {
  readonly kind: "api";
}
/** Kind `auth`: the service says that the key is wrong or may not do this. */
export declare class AuthError extends SonoranError {
  readonly kind: "auth";
}
/** Kind `notFound`: what the request names is not there. */
export declare class NotFoundError extends SonoranError {
  readonly kind: "notFound";
}
/** Kind `rateLimited`: no slot of the rate limit in time; `retryAfter` says when to come back. */
export declare class RateLimitedError extends SonoranError {
  readonly kind: "rateLimited";
}
/** Kind `unavailable`: the service is down; try later. */
export declare class UnavailableError extends SonoranError {
  readonly kind: "unavailable";
}
/** Kind `blocked`: something in front of the service refuses this machine. */
export declare class BlockedError extends SonoranError {
  readonly kind: "blocked";
}
/** Kind `timeout`: no answer in time. */
export declare class TimeoutError extends SonoranError {
  readonly kind: "timeout";
}
/** Kind `connect`: no connection, or it broke. */
export declare class ConnectError extends SonoranError {
  readonly kind: "connect";
}
/** Kind `dns`: the host name could not be resolved. */
export declare class DnsError extends SonoranError {
  readonly kind: "dns";
}
/** Kind `tls`: no secure connection. */
export declare class TlsError extends SonoranError {
  readonly kind: "tls";
}
/** Kind `invalidResponse`: the answer is not one of this API. */
export declare class InvalidResponseError extends SonoranError {
  readonly kind: "invalidResponse";
}
/** Kind `internal`: a fault of this package. */
export declare class InternalError extends SonoranError {
  readonly kind: "internal";
}
