"use strict";

/** Receives push events over HTTP, and hands them to handlers one after the other. */
class EventReceiver {
  #queue;

  constructor(options) {
    // Only programs that receive load what it takes.
    const { deliver } = require("./deliver.js");
    const { readerOf } = require("./event.js");
    const { fastifyPlugin } = require("./fastify.js");
    const { httpHandler } = require("./handler.js");
    const { Intake } = require("./intake.js");
    const { Queue } = require("./queue.js");
    const { readOptions } = require("./receiver-options.js");
    const { key, maxQueue, bodyTimeout, path, ...callbacks } = readOptions(options);
    this.#queue = new Queue(maxQueue, (event) => deliver(callbacks, event));
    const intake = new Intake(readerOf(key), this.#queue, bodyTimeout);
    this.handler = httpHandler(intake, path);
    this.fastify = fastifyPlugin(intake, path, () => this.close());
  }

  /** Takes no more events; resolves once the handlers are done with those that were taken. */
  close() {
    return this.#queue.close();
  }
}

module.exports = { EventReceiver };
