// Everything that the package exports, declared once for both module systems.

import type { Cms } from "../generated/cms.js";
import type { InstanceOptions } from "./options.js";

export type { Cms } from "../generated/cms.js";
export * from "../generated/types.js";
export {
  SonoranError,
  ApiError,
  AuthError,
  NotFoundError,
  RateLimitedError,
  TimeoutError,
  ConnectError,
  DnsError,
  TlsError,
  InvalidResponseError,
  InternalError,
} from "./errors.js";
export type { AbortSignalLike, CallOptions, InstanceOptions } from "./options.js";
export type { ErrorKind, Failure, SonoranFailure, SonoranResponse, SonoranSuccess } from "./response.js";

/** Products of the service; this version speaks to CMS. */
export declare const productEnums: {
  readonly CAD: 0;
  readonly CMS: 1;
  readonly RADIO: 2;
};

/**
 * One set of credentials. Make it once and keep it: its calls share connections, and all instances
 * of a process that have the same key share its rate limits.
 */
export declare class Instance {
  /**
   * @throws {TypeError | RangeError} When an option is unknown, missing or wrong. The error's
   *   `argument` names the option.
   */
  constructor(options: InstanceOptions);

  /** Every operation of the CMS API, under the name that its documentation gives it. */
  readonly cms: Cms;
}

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
export declare function instance(options: InstanceOptions): Instance;
