import type { EventHandlers, SonoranEvent } from "../generated/events.js";

/** A body that is no event of this community. No part of the body or of a key is in the message. */
export declare class EventError extends Error {
  protected constructor();
  /** `auth`: the key is missing or wrong; `tooLarge`: beyond 256 KiB; `malformed`: no event. */
  readonly kind: "auth" | "tooLarge" | "malformed";
  /** What is wrong, as a plain sentence. */
  readonly reason: string;
  /** The HTTP status to answer with: 401, 413 or 400. */
  readonly status: 401 | 413 | 400;
}

/**
 * Reads the raw body of a push event and checks the key in it, which is all that such an event proves
 * itself with: the service signs nothing.
 *
 * A type that is not documented, and data of other types than documented, are passed on: then `known` is
 * false.
 *
 * @param body The body as it came: bytes (a `Buffer` is some) or text.
 * @param key The community's API key, or several while it is being changed.
 * @throws {EventError} When the key is missing or wrong, when the body has more than 256 KiB, more than
 *   32 levels or more than 10,000 members, or when it is no JSON object with a type.
 * @throws {TypeError | RangeError} When an argument is wrong, whatever the body.
 * @example
 * const event = Sonoran.parseEvent(body, "YOUR_API_KEY");
 * if (event.known && event.type === "ACCOUNT_KICKED") console.log(event.data.discordId);
 */
export declare function parseEvent(body: string | Uint8Array, key: string | readonly string[]): SonoranEvent;

/** Settings of a receiver. An option not listed here is refused. */
export interface EventReceiverOptions {
  /** The community's API key, or several while it is being changed. */
  key: string | readonly string[];
  /** What to call for each type of event; others are taken and dropped. */
  handlers?: EventHandlers | undefined;
  /** Called for an event of another type, or whose data do not have the documented types. */
  onUnknown?: ((event: SonoranEvent & { readonly known: false }) => unknown) | undefined;
  /**
   * Called with what a handler throws or rejects with, and the event. Default: a warning of the process
   * (`process.emitWarning`).
   */
  onError?: ((error: unknown, event: SonoranEvent) => unknown) | undefined;
  /** How many events may wait for the handlers; those beyond are answered with 503. Default: 1000. */
  maxQueue?: number | undefined;
  /** How long the body of a request may take, in milliseconds. Default: 10000. */
  bodyTimeout?: number | undefined;
  /** The path that events are taken at. Default: `/sonorancms/events`. */
  path?: string | undefined;
}

/** What a receiver needs of a request: those of `node:http` and Express fit. */
export interface RequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** What a receiver needs of a response: those of `node:http` and Express fit. */
export interface ResponseLike {
  readonly headersSent: boolean;
}

/**
 * Receives push events over HTTP. Each is answered at once (204) and then handed to its handler: one at a
 * time, in the order in which they came.
 *
 * Bind the server to a private address or put TLS in front of it, and look an account up again before
 * acting on an event: events come by plain http and are not signed.
 *
 * @example
 * const receiver = new Sonoran.EventReceiver({
 *   key: "YOUR_API_KEY",
 *   handlers: {
 *     ACCOUNT_KICKED(event) {
 *       console.log(event.accountId);
 *     },
 *   },
 * });
 * http.createServer(receiver.handler).listen(3000, "127.0.0.1");
 */
export declare class EventReceiver {
  /**
   * @throws {TypeError | RangeError} When an option is unknown, missing or wrong. The error's `argument`
   *   names the option.
   */
  constructor(options: EventReceiverOptions);

  /**
   * A request listener for `http.createServer`, and a handler for `app.post(path, receiver.handler)` of
   * Express, also after `express.json()`. Where a router has chosen it, the path is not looked at; as
   * middleware for all paths it leaves those that are not its own to the next.
   */
  readonly handler: (request: RequestLike, response: ResponseLike, next?: (error?: any) => void) => void;

  /**
   * A plugin for Fastify: `app.register(receiver.fastify)`. It makes a route at the option `path`, and the
   * application's `close` waits for that of the receiver.
   */
  readonly fastify: (fastify: any) => Promise<void>;

  /**
   * Takes no more events (they are answered with 503), and resolves once the handlers are done with those
   * that were taken: a handler must not wait for it. The server is for its owner to close.
   *
   * To be called before the process ends. Where SIGTERM or SIGINT would end it, and the program does not listen
   * for them itself, the receiver lets the handlers finish first, for 10 seconds at most.
   */
  close(): Promise<void>;
}
