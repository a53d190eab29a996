"use strict";

const { channel } = require("node:diagnostics_channel");
const { debuglog } = require("node:util");
const { warn } = require("./warn.js");

const attempts = channel("sonoran:attempt");
const log = debuglog("sonoran");

/** Who listens for the attempts of one instance: its option, the channel's subscribers, and NODE_DEBUG. */
class Attempts {
  #onAttempt;
  #heard = false;

  constructor(onAttempt) {
    this.#onAttempt = onAttempt;
  }

  /** Tells the native part whether it has a listener now; to be called before each call, since subscribers come and go. */
  heardBy(client) {
    // Bun's log does not say whether it is enabled.
    const heard = Boolean(this.#onAttempt || attempts.hasSubscribers || log.enabled);
    if (heard === this.#heard) return;
    this.#heard = heard;
    client.hear(heard);
  }

  /** Tells everybody of an attempt; whatever they do, the call goes on. */
  tell(text) {
    const attempt = Object.freeze(JSON.parse(text));
    log("%s", line(attempt));
    if (attempts.hasSubscribers) attempts.publish(attempt);
    if (this.#onAttempt === null) return;
    // Also catches what a promise of it rejects with.
    void (async () => this.#onAttempt(attempt))().catch((error) => warn("onAttempt", error));
  }
}

function line({ operation, number, status, kind, reason, elapsed, pause }) {
  const outcome = status === null ? `${kind}: ${reason}` : `status ${status}`;
  const then = pause === null ? "" : `, next attempt in ${milliseconds(pause)} ms`;
  return `${operation} attempt ${number}, ${milliseconds(elapsed)} ms: ${outcome}${then}`;
}

function milliseconds(seconds) {
  return Math.round(seconds * 1000);
}

module.exports = { Attempts };
