import type { Meta, Problem } from "../generated/types.js";

/** What a failure is about. */
export type ErrorKind =
  | "api"
  | "auth"
  | "notFound"
  | "rateLimited"
  | "unavailable"
  | "blocked"
  | "timeout"
  | "connect"
  | "dns"
  | "tls"
  | "invalidResponse"
  | "internal";

/**
 * What a documented refusal of the service is about, so that nobody needs to compare texts. New ones may come:
 * `string & {}` lets editors offer the known ones while any other passes.
 */
export type Refusal =
  | "notWhitelisted"
  | "blockedFromWhitelist"
  | "unknownAccount"
  | "unknownServer"
  | "serverMisconfigured"
  | "unknownTemplate"
  | "unknownRoster"
  | "invalidCommunity"
  | "invalidKey"
  | "apiDisabled"
  | (string & {});

/** The particulars of a failed call. */
export interface Failure {
  readonly kind: ErrorKind;
  /** Which documented refusal it is; null where it is none. An outage never has one. */
  readonly refusal: Refusal | null;
  /** The whole problem document, where the service sent one. */
  readonly problem: Problem | null;
  /** Seconds to wait before the next try. */
  readonly retryAfter: number | null;
  /** How many requests were sent. */
  readonly attempts: number;
  /** The method that was called. */
  readonly operation: string;
  /** The service's id for the request, to be named when asking its support. */
  readonly requestId: string | null;
  /** The service's id for its own trace of the request, from the problem document. */
  readonly traceId: string | null;
  /** The request may have been carried out, but its answer was lost. */
  readonly outcomeUnknown: boolean;
}

/** What is known of a call, however it ended. */
interface CallReport {
  readonly meta: Meta | null;
  /** The service's id for the request, to be named when asking its support. */
  readonly requestId: string | null;
  /** How many requests were sent. */
  readonly attempts: number;
  /** Seconds spent waiting for slots of the rate limit. */
  readonly waited: number;
}

/** A call that succeeded. */
export interface SonoranSuccess<T> extends CallReport {
  readonly success: true;
  /** What the service answered; null after an answer without content. */
  readonly data: T;
  readonly reason: null;
  readonly status: number;
  readonly error: null;
  /** Gives `data`. */
  unwrap(): T;
}

/** A call that failed. */
export interface SonoranFailure extends CallReport {
  readonly success: false;
  readonly data: null;
  /** What went wrong, as a plain sentence. */
  readonly reason: string;
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
  readonly error: Failure;
  /** Throws the failure as a `SonoranError`. */
  unwrap(): never;
}

/**
 * What came of a call. Nothing that the service or the network does is thrown: look at `success`,
 * which also tells TypeScript whether `data` or `reason` is there.
 */
export type SonoranResponse<T = unknown> = SonoranSuccess<T> | SonoranFailure;

/** What a method gives: where the option `throwErrors` is true a success, since a failure rejects. */
export type Answer<T, Throws extends boolean> = Throws extends true ? SonoranSuccess<T> : SonoranResponse<T>;
