import type { Meta, Problem } from "../generated/types.js";

/** What a failure is about. */
export type ErrorKind =
  | "api"
  | "auth"
  | "notFound"
  | "rateLimited"
  | "timeout"
  | "connect"
  | "dns"
  | "tls"
  | "invalidResponse"
  | "internal";

/** The particulars of a failed call. */
export interface Failure {
  readonly kind: ErrorKind;
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
  /** The request may have been carried out, but its answer was lost. */
  readonly outcomeUnknown: boolean;
}

/** A call that succeeded. */
export interface SonoranSuccess<T> {
  readonly success: true;
  /** What the service answered; null after an answer without content. */
  readonly data: T;
  readonly reason: null;
  readonly status: number;
  readonly meta: Meta | null;
  readonly error: null;
  /** Gives `data`. */
  unwrap(): T;
}

/** A call that failed. */
export interface SonoranFailure {
  readonly success: false;
  readonly data: null;
  /** What went wrong, as a plain sentence. */
  readonly reason: string;
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
  readonly meta: Meta | null;
  readonly error: Failure;
  /** Throws the failure as a `SonoranError`. */
  unwrap(): never;
}

/**
 * What came of a call. Nothing that the service or the network does is thrown: look at `success`,
 * which also tells TypeScript whether `data` or `reason` is there.
 */
export type SonoranResponse<T = unknown> = SonoranSuccess<T> | SonoranFailure;
