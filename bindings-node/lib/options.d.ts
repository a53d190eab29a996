import type { Cms } from "../generated/cms.js";
import type { ErrorKind, SonoranResponse } from "./response.js";

/**
 * Settings of an instance without its credential, such as several instances share; all times are in milliseconds. An
 * option not listed here is refused.
 */
export interface InstanceSettings<Throws extends boolean = boolean> {
  /** `Sonoran.productEnums.CMS`; the other products are not served by this version. */
  product?: 1 | undefined;
  /** Server that a call is about when it names none. */
  serverId?: ServerId | undefined;
  /** The same as `serverId`. */
  defaultServerId?: ServerId | undefined;

  /** The same as `serverId`, for configurations with one credential per product. */
  cmsDefaultServerId?: ServerId | undefined;
  /** The same as `apiUrl`, for configurations with one credential per product. */
  cmsApiUrl?: string | undefined;

  /** CAD's credential is taken beside that of CMS, checked for its type, and sent nowhere. */
  cadApiKey?: string | undefined;
  /** See `cadApiKey`. */
  cadCommunityId?: string | undefined;
  /** See `cadApiKey`. */
  cadDefaultServerId?: ServerId | undefined;
  /** See `cadApiKey`. */
  cadApiUrl?: string | undefined;
  /** Radio's credential is taken beside that of CMS, checked for its type, and sent nowhere. */
  radioApiKey?: string | undefined;
  /** See `radioApiKey`. */
  radioCommunityId?: string | number | undefined;
  /** See `radioApiKey`. */
  radioDefaultServerId?: ServerId | undefined;
  /** See `radioApiKey`. */
  radioApiUrl?: string | undefined;
  /** See `radioApiKey`. */
  radioServerUrl?: string | undefined;
  /** See `radioApiKey`. */
  radioRoomId?: ServerId | undefined;
  /** See `radioApiKey`. */
  roomId?: ServerId | undefined;

  /**
   * Address of the API: https, or http to this machine. Default: SONORAN_CMS_API_URL of `process.env` when the
   * instance is made, else the real service.
   */
  apiUrl?: string | undefined;
  /**
   * Takes http to any machine, for test networks; the key crosses the network for all to read. Default:
   * whether SONORAN_ALLOW_PLAIN_HTTP of `process.env` is 1.
   */
  allowPlainHttp?: boolean | undefined;
  /** Headers to send with every request: a plain object, a `Headers`, a `Map` or pairs. */
  apiHeaders?: Readonly<Record<string, string>> | Iterable<readonly [string, string]> | HeadersLike | undefined;
  /** Bound on all attempts of a call and the pauses between them. Default: 30000. */
  timeout?: number | undefined;
  /** Bound on making a connection. Default: 10000. */
  connectTimeout?: number | undefined;
  /** Bound on a whole call, waiting for a slot of the rate limit included. Default: none. */
  deadline?: number | undefined;
  /** How often a failed attempt is repeated, where that is safe. Default: 2. */
  retries?: number | undefined;
  /** At the rate limit: wait for a slot (default), fail at once, or send regardless. */
  rateLimit?: RateLimitMode | undefined;
  /**
   * Longest wait for a slot of the rate limit. Default: `null`, as long as it takes; but where the service asks for
   * a pause of more than two minutes, the call is told at once.
   */
  maxWait?: number | null | undefined;
  /**
   * Called once for each call whose waiting for the rate limit passes one second; the call goes on meanwhile.
   * What it throws is a warning of the process.
   */
  onWait?: ((waiting: Waiting) => unknown) | undefined;
  /**
   * Called once for each attempt, when its answer is there or it was lost, and before the call is over; what it throws is
   * a warning of the process.
   * The channel `sonoran:attempt` of `node:diagnostics_channel` tells the same of all instances, and `NODE_DEBUG=sonoran`
   * writes it to standard error.
   */
  onAttempt?: ((attempt: Attempted) => unknown) | undefined;
  /** Calls per minute by method name, where the service allows another number than documented. */
  ceilings?: { readonly [method in MethodName]?: number | undefined } | undefined;
  /**
   * For how long the service counts calls. Default: 60000. Less is for an emulator that counts for a shorter
   * time; the service would answer 429. Less than 1000 is refused unless the API is on this machine: it was meant as seconds.
   */
  rateWindow?: number | undefined;
  /**
   * With whom the rate limits are shared: the instances of this process (`"process"`), all processes of this machine
   * that say so (`"machine"`), or all that name the same Valkey or Redis server by its URL (`redis://`, `rediss://` or
   * `unix:`). Default: SONORAN_SHARE_LIMITS of `process.env` when the instance is made, else `"process"`.
   */
  shareLimits?: ShareLimits | undefined;
  /**
   * Folder of the files through which a machine's processes share, a whole path. Default: SONORAN_SHARE_LIMITS_FOLDER of
   * `process.env` when the instance is made, else one of the user's own in the temporary folder.
   */
  shareLimitsFolder?: string | undefined;
  /** While limits can't be shared: count alone at a part of each (`"divide"`, default), or fail calls (`"refuse"`). SONORAN_SHARE_LIMITS_FALLBACK says it for all. */
  shareLimitsFallback?: ShareLimitsFallback | undefined;
  /** How many processes share the limits: into so many parts each is divided while they can't. Default: 2, or SONORAN_SHARE_LIMITS_MEMBERS. */
  shareLimitsMembers?: number | undefined;
  /** Address of an HTTP proxy. */
  proxy?: string | undefined;
  /** Certificates (PEM) to trust besides the system's. */
  rootCertificates?: string[] | undefined;
  /** How long an idle connection is kept. Default: 4000. */
  idleTimeout?: number | undefined;
  /** Put behind this package's own user agent. */
  userAgentSuffix?: string | undefined;
  /** Writes a line about every request to standard error; never the key. */
  debug?: boolean | undefined;
  /** Failures reject the promise with a `SonoranError`. Default: false, they are in the response. */
  throwErrors?: Throws | undefined;
}

/** Options with the credential of a community. */
export interface ApiKeyOptions<Throws extends boolean = boolean> extends InstanceSettings<Throws> {
  /** The key of the community. */
  apiKey: string;
  /** The community's id. */
  communityId: string;
}

/** The same by the names of configurations with one credential per product. */
export interface CmsApiKeyOptions<Throws extends boolean = boolean> extends InstanceSettings<Throws> {
  /** The key of the community. */
  cmsApiKey: string;
  /** The community's id. */
  cmsCommunityId: string;
}

/**
 * Settings of an instance: `apiKey` and `communityId`, or `cmsApiKey` and `cmsCommunityId`, and whatever else is wanted.
 *
 * @example
 * const settings: InstanceSettings = { retries: 0 };
 * const options: InstanceOptions = { apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID", ...settings };
 */
export type InstanceOptions<Throws extends boolean = boolean> = ApiKeyOptions<Throws> | CmsApiKeyOptions<Throws>;

/** A method of `instance.cms` by its name, such as `getAccountV2`. */
export type MethodName = keyof Cms;

/** What tells a `Headers` apart, in projects without the types of its iterator. */
export interface HeadersLike {
  forEach(callback: (value: string, name: string) => void): void;
}

/** A server's number, which may be text of digits. */
export type ServerId = number | bigint | string;

/** At the rate limit: wait for a slot, fail at once, or send regardless. */
export type RateLimitMode = "wait" | "error" | "off";

/**
 * With whom rate limits are shared: the instances of this process, all processes of this machine that say so, or all that
 * name the same Valkey or Redis server by its URL.
 */
export type ShareLimits = "process" | "machine" | (string & {});

/** While limits can't be shared: count alone at a part of each, or fail calls. */
export type ShareLimitsFallback = "divide" | "refuse";

/** A call that waits for a slot of its rate limit. */
export interface Waiting {
  /** The method that was called. */
  readonly operation: string;
  /** Seconds that it has waited so far. */
  readonly waited: number;
  /** Seconds that it will still wait; at least so long while the answers to other requests are awaited. */
  readonly expected: number;
}

/** One attempt of a call. */
export interface Attempted {
  /** The method that was called. */
  readonly operation: string;
  /** Which attempt of its call it was; the first is 1. */
  readonly number: number;
  /** HTTP status of the answer; null where it was lost. */
  readonly status: number | null;
  /** What a lost attempt failed of; null where an answer came, whatever it says. */
  readonly kind: ErrorKind | null;
  /** The same as a plain sentence. */
  readonly reason: string | null;
  /** Seconds from sending the request to the end of the answer, or its loss. */
  readonly elapsed: number;
  /** Seconds that the call pauses before its next attempt; null where this one was the last. */
  readonly pause: number | null;
  /** The service's id of the request. */
  readonly requestId: string | null;
  /** What stands for its call: the same object for all attempts of it, and in `tracingChannel("sonoran:call")`. */
  readonly call: TracedCall;
}

/**
 * What `tracingChannel("sonoran:call")` of `node:diagnostics_channel` tells of a call, in all its events the same object.
 * A failure of the service or the network is no `error` there, but a result with `success: false`.
 */
export interface TracedCall {
  /** The method that was called. */
  readonly operation: string;
  /** The response, once it is there. */
  readonly result?: SonoranResponse;
  /** What the call rejects with: misuse or an abort. */
  readonly error?: unknown;
}

/** The rate limit of an operation at one moment, as this process and those it shares limits with know it. */
export interface RateLimitState {
  /** Requests that may be sent in any 60 seconds (the option `rateWindow`); this process's part of them while limits that can't be shared are divided. */
  readonly limit: number;
  /** Requests that could be sent now. */
  readonly free: number;
  /** Calls of this process that wait for a slot. */
  readonly waiting: number;
  /** Seconds until the next slot is free, at least; null when one is free now. */
  readonly nextFreeIn: number | null;
  /** The service has answered 429, and nothing is sent until its time is over. */
  readonly frozen: boolean;
}

/** What this package needs of an `AbortSignal`: the platform's own fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What can be set for one call, times in milliseconds; what is left out or `null` is the instance's. */
export interface CallOptions {
  /** Ends the call: the request is dropped, and the promise rejects with the signal's reason. */
  signal?: AbortSignalLike | null | undefined;
  /** An `AbortController` is no call option: its `signal` is. */
  abort?: never;
  /** Bound on all attempts and the pauses between them. */
  timeout?: number | null | undefined;
  /** Bound on the whole call, waiting for a slot of the rate limit included. */
  deadline?: number | null | undefined;
  /** How often a failed attempt may be repeated. */
  retries?: number | null | undefined;
  /** Longest wait for a slot of the rate limit. `null` does not lift the instance's: a longer time does. */
  maxWait?: number | null | undefined;
  /** At the rate limit: wait for a slot, fail at once, or send regardless. */
  rateLimit?: RateLimitMode | null | undefined;
}

/**
 * What no payload and no query has in it: the call options, and what an `AbortSignal`, a list and a text have.
 * Call options are the last argument, behind payload or query.
 */
export type NoCallOptions = { readonly [name in keyof CallOptions | "aborted" | "length"]?: never };
