"use strict";

const { SETUP_OPERATION } = require("../generated/cms.js");
const { errorOf } = require("./errors.js");

const SUCCESS = "CMS_SETUP_SUCCESSFUL";
const FAILURE = "CMS_SETUP_UNSUCCESSFUL";

/**
 * Asks the service once, and tells by an event whether it answered.
 *
 * Emitted apart from the promise: what a listener throws is then thrown as with any emitter.
 */
function announceSetup(emitter, execute) {
  const emit = (...event) => setImmediate(() => emitter.emit(...event));
  void execute(SETUP_OPERATION, {}, {}).then(
    (response) => (response.success ? emit(SUCCESS) : emit(FAILURE, errorOf(response))),
    (error) => emit(FAILURE, error),
  );
}

module.exports = { announceSetup };
