"use strict";

const errors = require("./errors.js");
const { EventError, parseEvent } = require("./event.js");
const { Instance } = require("./instance.js");
const { EventReceiver } = require("./receiver.js");

/** Products of the service; this version speaks to CMS. */
const productEnums = Object.freeze({ CAD: 0, CMS: 1, RADIO: 2 });

/** Makes an instance: `Sonoran.instance({ apiKey, communityId, product, serverId })`. */
function instance(options) {
  return new Instance(options);
}

module.exports = {
  instance,
  Instance,
  productEnums,
  parseEvent,
  EventReceiver,
  EventError,
  SonoranError: errors.SonoranError,
  ApiError: errors.ApiError,
  AuthError: errors.AuthError,
  NotFoundError: errors.NotFoundError,
  RateLimitedError: errors.RateLimitedError,
  UnavailableError: errors.UnavailableError,
  BlockedError: errors.BlockedError,
  TimeoutError: errors.TimeoutError,
  ConnectError: errors.ConnectError,
  DnsError: errors.DnsError,
  TlsError: errors.TlsError,
  InvalidResponseError: errors.InvalidResponseError,
  InternalError: errors.InternalError,
};
// For TypeScript projects without `esModuleInterop`, whose default import reads this name.
module.exports.default = module.exports;
