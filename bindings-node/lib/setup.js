"use strict";

const { SETUP_OPERATION } = require("../generated/cms.js");
const { errorOf } = require("./errors.js");

const SUCCESS = "CMS_SETUP_SUCCESSFUL";
const FAILURE = "CMS_SETUP_UNSUCCESSFUL";

/**
 * Whether the service takes the credential, told to each listener once: the first one makes it be asked, and a
 * late one hears what came of it. Where nobody listens, nothing is sent.
 */
class Setup {
  #emitter;
  #execute;
  #outcome = null;

  constructor(emitter, execute) {
    this.#emitter = emitter;
    this.#execute = execute;
  }

  /** To be called for every listener that was added to the emitter. */
  added(event, listener) {
    if (event !== SUCCESS && event !== FAILURE) return;
    this.#outcome ??= this.#ask();
    void this.#outcome.then((outcome) => {
      // Apart from the promise: what a listener throws is then thrown as with any emitter.
      if (outcome.event === event) setImmediate(() => this.#tell(event, listener, outcome.values));
    });
  }

  async #ask() {
    try {
      const response = await this.#execute(SETUP_OPERATION, {}, {}, { more: [] });
      return response.success ? { event: SUCCESS, values: [] } : { event: FAILURE, values: [errorOf(response)] };
    } catch (error) {
      return { event: FAILURE, values: [error] };
    }
  }

  #tell(event, listener, values) {
    if (!this.#emitter.rawListeners(event).includes(listener)) return;
    Reflect.apply(listener, this.#emitter, values);
  }
}

module.exports = { Setup };
