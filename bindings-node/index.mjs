import Sonoran from "./index.js";

export default Sonoran;
export const {
  instance,
  Instance,
  productEnums,
  parseEvent,
  EventReceiver,
  EventError,
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
} = Sonoran;
