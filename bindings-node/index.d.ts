import { Cms } from "./generated/cms.js";
import { InstanceOptions } from "./lib/options.js";

export { Cms } from "./generated/cms.js";
export * from "./generated/types.js";
export * from "./lib/errors.js";
export * from "./lib/options.js";
export * from "./lib/response.js";

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

import * as Sonoran from "./index.js";
export default Sonoran;
