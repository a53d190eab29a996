// Everything that the package exports, declared once for both module systems.

/// <reference lib="esnext.disposable" />

import type { Cms } from "../generated/cms.js";
import type { Walks } from "../generated/walks.js";
import type { SonoranError } from "./errors.js";
import type { CallOf, Calls, CmsMethod, MapOptions, MapResults, Spelt } from "./map.js";
import type { AbortSignalLike, InstanceOptions, MethodName, RateLimitState } from "./options.js";

export type { Cms } from "../generated/cms.js";
export type { Walks } from "../generated/walks.js";
export * from "../generated/types.js";
export * from "../generated/events.js";
export {
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
} from "./errors.js";
export { EventError, EventReceiver, parseEvent } from "./events.js";
export type { EventReceiverOptions, RequestLike, ResponseLike } from "./events.js";
export type { ArgumentsOf, CallOf, Calls, CmsMethod, DataOf, MapOptions, MapResult, MapResults, Progress, Spelt } from "./map.js";
export type {
  AbortSignalLike,
  ApiKeyOptions,
  Attempted,
  CallOptions,
  CmsApiKeyOptions,
  HeadersLike,
  InstanceOptions,
  InstanceSettings,
  MethodName,
  NoCallOptions,
  RateLimitMode,
  RateLimitState,
  ServerId,
  ShareLimits,
  ShareLimitsFallback,
  TracedCall,
  Waiting,
} from "./options.js";
export type {
  Answer,
  ErrorKind,
  Failure,
  Refusal,
  SonoranFailure,
  SonoranResponse,
  SonoranSuccess,
} from "./response.js";
export type { Walk } from "./walk.js";

/** Products of the service; this version speaks to CMS. */
export declare const productEnums: {
  readonly CAD: 0;
  readonly CMS: 1;
  readonly RADIO: 2;
};

/**
 * One set of credentials. Make it once and keep it: its calls share connections, and all instances
 * of a process that have the same key share its rate limits.
 *
 * `Instance` alone is any; of an `Instance<true>`, whose option `throwErrors` is true, every response is a success.
 */
export declare class Instance<Throws extends boolean = boolean> {
  /**
   * @throws {TypeError | RangeError} When an option is unknown, missing or wrong. The error's
   *   `argument` names the option.
   */
  constructor(options: InstanceOptions<Throws>);

  /** Every operation of the CMS API, under the name that its documentation gives it. */
  readonly cms: Cms<Throws>;

  /** The lists that come in pages, item by item, under the names of their methods. */
  readonly walk: Walks;

  /**
   * Makes many calls of one method, a few at a time, and gives each result as it comes, or all of them to who awaits it.
   * Nothing is sent before that.
   *
   * A failed call is no exception here, whatever the instance says. What is wrong in a call is thrown with its index,
   * once the responses to those under way are given. Whoever leaves the loop ends the calls under way, and so does the
   * signal, whose reason is thrown.
   *
   * @param method A method of this instance's `cms`.
   * @param calls Of each call the arguments in an array; the only one may stand alone. They may come one by one, such as
   *   from a generator that takes `accId` of each item of a walk.
   * @param options An `AbortSignal`, or how many calls are under way at a time, whom to tell, and what holds for each call.
   * @throws {TypeError | RangeError} When an argument is wrong.
   * @example
   * const calls = accountIds.map((id) => [id, { accId: id, add: ["rank-1"] }] as const);
   * for await (const { index, response } of instance.map(instance.cms.setAccountRanksV2, calls, { concurrency: 4 })) {
   *   console.log(index, response.success ? "done" : response.reason);
   * }
   */
  map<Method extends CmsMethod, Call extends CallOf<Method>>(
    method: Method,
    calls: Calls<Call & Spelt<Call, CallOf<Method>>>,
    options?: MapOptions | AbortSignalLike | null,
  ): MapResults<Method>;

  /**
   * The rate limit of an operation at this moment. Asking sends nothing and takes no slot; what other processes
   * send with the same key shows only in a 429. All operations of version 1 share one limit.
   *
   * @param operation The name of the method.
   * @throws {TypeError | RangeError} When there is no such operation.
   * @example
   * const { free, nextFreeIn } = instance.rateLimit("getAccountV2");
   */
  rateLimit(operation: MethodName): RateLimitState;

  /**
   * Ends the calls under way, which reject with a `DOMException` named `AbortError`; so do later ones. One that nobody waits
   * for is no unhandled rejection. What was asked of the service may still be carried out. Not needed for a process to end.
   *
   * @example
   * process.once("SIGTERM", () => instance.close());
   */
  close(): void;

  /** The same as `close`, at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;

  /**
   * An instance is an `EventEmitter`, which tells whether the service takes its credential: each listener is
   * called once, with `CMS_SETUP_SUCCESSFUL`, or with `CMS_SETUP_UNSUCCESSFUL` and the error. The first listener
   * makes the service be asked, and a late one hears what came of it; without listeners nothing is sent.
   */
  on(event: "CMS_SETUP_SUCCESSFUL", listener: () => void): this;
  on(event: "CMS_SETUP_UNSUCCESSFUL", listener: (error: SonoranError) => void): this;
  /** The same as `on`. */
  addListener(event: "CMS_SETUP_SUCCESSFUL", listener: () => void): this;
  addListener(event: "CMS_SETUP_UNSUCCESSFUL", listener: (error: SonoranError) => void): this;
  /** As `on`, and takes the listener away when it is called. */
  once(event: "CMS_SETUP_SUCCESSFUL", listener: () => void): this;
  once(event: "CMS_SETUP_UNSUCCESSFUL", listener: (error: SonoranError) => void): this;
  /** Takes the listener away. */
  off(event: SetupEvent, listener: (...values: any[]) => void): this;
  /** The same as `off`. */
  removeListener(event: SetupEvent, listener: (...values: any[]) => void): this;
  /** Takes all listeners away. */
  removeAllListeners(event?: SetupEvent): this;
  /** How many listeners there are. */
  listenerCount(event: SetupEvent): number;
}

/** What an instance tells of its set-up. */
export type SetupEvent = "CMS_SETUP_SUCCESSFUL" | "CMS_SETUP_UNSUCCESSFUL";

/**
 * Makes an instance.
 *
 * @example
 * const instance = Sonoran.instance({
 *   apiKey: "YOUR_API_KEY",
 *   communityId: "YOUR_COMMUNITY_ID",
 *   product: Sonoran.productEnums.CMS,
 *   serverId: 1,
 * });
 * const response = await instance.cms.getCommunityV2();
 * console.log(response.success ? response.data : response.reason);
 *
 * @throws {TypeError | RangeError} When an option is unknown, missing or wrong. The error's
 *   `argument` names the option.
 */
export declare function instance<Throws extends boolean = false>(options: InstanceOptions<Throws>): Instance<Throws>;
