"use strict";

const { AsyncResource } = require("node:async_hooks");
const { channel } = require("node:diagnostics_channel");
const { debuglog } = require("node:util");
const { begun, over } = require("./alive.js");
const { warn } = require("./warn.js");

const attempts = channel("sonoran:attempt");
const log = debuglog("sonoran");

// Those of `tracingChannel("sonoran:call")`, a function that old releases of Node.js 18 lack.
const [start, end, asyncStart, asyncEnd, failed] = ["start", "end", "asyncStart", "asyncEnd", "error"].map((event) =>
  channel(`tracing:sonoran:call:${event}`),
);

/** For how long a call that ended early is still known, since attempts of it may be on their way to this thread. */
const LINGER = 1_000;

/** Who listens for the calls of one instance and their attempts: its option, the channels' subscribers, NODE_DEBUG. */
class Watching {
  #onAttempt;
  /** The calls under way that are listened for, by their numbers. */
  #calls = new Map();
  #last = 0;

  constructor(onAttempt) {
    this.#onAttempt = onAttempt;
  }

  /** Whether somebody listens now; to be asked for each call, since subscribers come and go. */
  get heard() {
    // Bun's log does not say whether it is enabled.
    if (this.#onAttempt || attempts.hasSubscribers || log.enabled) return true;
    return start.hasSubscribers || asyncEnd.hasSubscribers || failed.hasSubscribers || asyncStart.hasSubscribers || end.hasSubscribers;
  }

  /** Makes a call under a number, and tells of its beginning and end. */
  async call(operation, make) {
    const told = { operation };
    const number = ++this.#last;
    const call = new Call(told);
    this.#calls.set(number, call);
    // Until its attempts are told, which the answer alone does not wait for.
    begun();
    try {
      const response = await begin(told, () => make(number));
      // They come another way than the answer does. Listeners hear of all of them before the call is over.
      await call.hasTold(response.attempts);
      this.#calls.delete(number);
      told.result = response;
      return response;
    } catch (error) {
      setTimeout(() => this.#calls.delete(number), LINGER).unref();
      told.error = error;
      failed.publish(told);
      throw error;
    } finally {
      over();
      asyncStart.publish(told);
      asyncEnd.publish(told);
    }
  }

  /** Tells everybody of an attempt; whatever they do, the call goes on. */
  tell(number, text) {
    const call = this.#calls.get(number);
    if (call === undefined) return;
    const attempt = Object.freeze({ ...JSON.parse(text), call: call.told });
    call.runInAsyncScope(() => this.#tell(attempt));
    call.count();
  }

  #tell(attempt) {
    log("%s", line(attempt));
    if (attempts.hasSubscribers) attempts.publish(attempt);
    if (this.#onAttempt === null) return;
    // Also catches what a promise of it rejects with.
    void (async () => this.#onAttempt(attempt))().catch((error) => warn("onAttempt", error));
  }
}

/** A call under way; listeners are told of its attempts where it was made, as `AsyncLocalStorage` sees it. */
class Call extends AsyncResource {
  #count = 0;
  #reached = null;

  constructor(told) {
    super("SONORAN_CALL");
    this.told = told;
  }

  count() {
    this.#count += 1;
    this.#reached?.();
  }

  /** Resolves once so many attempts are told. */
  hasTold(expected) {
    if (this.#count >= expected) return undefined;
    return new Promise((resolve) => {
      this.#reached = () => this.#count >= expected && resolve();
    });
  }
}

/** As `TracingChannel.tracePromise` begins: with the stores that are bound to the channel. */
function begin(told, make) {
  const run = () => {
    try {
      return make();
    } finally {
      end.publish(told);
    }
  };
  if (start.runStores) return start.runStores(told, run);
  start.publish(told);
  return run();
}

function line({ operation, number, status, kind, reason, elapsed, pause }) {
  const outcome = status === null ? `${kind}: ${reason}` : `status ${status}`;
  const then = pause === null ? "" : `, next attempt in ${milliseconds(pause)} ms`;
  return `${operation} attempt ${number}, ${milliseconds(elapsed)} ms: ${outcome}${then}`;
}

function milliseconds(seconds) {
  return Math.round(seconds * 1000);
}

module.exports = { Watching };
