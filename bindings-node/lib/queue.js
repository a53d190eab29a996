"use strict";

const { setImmediate } = require("node:timers/promises");
const { begun, done } = require("./leave.js");

/** Events on their way to the handlers: one at a time, in the order in which they came. */
class Queue {
  #waiting = [];
  #bound;
  #deliver;
  #running = null;
  #handling = false;
  #closed = false;

  /** `deliver` is given each event, and must not reject. */
  constructor(bound, deliver) {
    this.#bound = bound;
    this.#deliver = deliver;
  }

  get closed() {
    return this.#closed;
  }

  /** How many events are not handled yet. */
  get left() {
    return this.#waiting.length + Number(this.#handling);
  }

  /** Takes the event, unless the queue is full or closed: then it gives false. */
  offer(event) {
    if (this.#closed || this.#waiting.length >= this.#bound) return false;
    this.#waiting.push(event);
    this.#running ??= this.#run();
    return true;
  }

  /** Takes no more; resolves once what was taken is delivered. */
  async close() {
    this.#closed = true;
    await this.#running;
  }

  async #run() {
    begun(this);
    while (this.#waiting.length > 0) {
      // Lets answers and other requests go first: handlers may keep the thread busy.
      await setImmediate();
      this.#handling = true;
      await this.#deliver(this.#waiting.shift());
      this.#handling = false;
    }
    done(this);
    this.#running = null;
  }
}

module.exports = { Queue };
