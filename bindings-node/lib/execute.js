"use strict";

const { encodeBody, encodeIds, readCallOptions } = require("./arguments.js");
const { Calls } = require("./calls.js");
const { watch } = require("./cancel.js");
const { kindOf } = require("./encode.js");
const { isArgumentError, wrongType } = require("./errors.js");
const { pass } = require("./guard.js");
const { CancelHandle, NativeClient } = require("./loader.js");
const { isClosed, isMisuse, misuse, natively } = require("./misuse.js");
const { SonoranResponse, internalFailure } = require("./response.js");
const { warn } = require("./warn.js");
const { tellWarnings, warnings } = require("./warned.js");

/**
 * The core's client for one instance and the calls that it has under way; its options come as JSON text, the environment
 * as an object of texts.
 */
function connect(optionsText, environment, onWait, onAttempt) {
  const calls = new Calls();
  const deliver = (answers) => calls.settle(answers);
  const native = natively(() => new NativeClient(optionsText, environment, warnings(), deliver, onWait, onAttempt));
  // Now rather than a turn of the loop later: nothing keeps the process until then.
  tellWarnings();
  return { native, calls, foreign: native.foreign };
}

/** What the client knows of an operation's rate limit. */
function rateLimit(client, operation) {
  if (typeof operation !== "string") throw wrongType("operation", `must be a string, not ${kindOf(operation)}`);
  return JSON.parse(natively(() => client.native.rateLimit(operation)));
}

/**
 * Every method comes through here: encodes the arguments, sends the call, reads the answer. `more` is what was given
 * beyond the call options; `watched` names the call to who listens for its attempts, and is null where nobody does;
 * `kept` holds the promise that the caller was given, where it was one of this call alone.
 *
 * Being async, it rejects on misuse too, and the stack of the error leads to the caller's `await`.
 */
async function execute(client, watched, kept, operation, ids, body, { options, more }, form) {
  pass(client.foreign);
  const { signal, call } = encode(operation, ids, body, { options, more }, form);
  if (signal?.aborted) throw reasonOf(signal);
  try {
    const answer = await send(client, watched, signal, call);
    // It may have been aborted when the answer was already on its way to this thread.
    if (answer !== null && !signal?.aborted) return new SonoranResponse(JSON.parse(answer));
  } catch (error) {
    if (isMisuse(error)) {
      const told = misuse(error);
      // Not before: who handles a promise twice has no caller's line in its stack.
      if (isClosed(error)) excuse(kept);
      throw told;
    }
    warn(operation, error);
    return internalFailure(operation);
  }
  throw reasonOf(signal);
}

/**
 * A program that closes its instance as it ends may have calls under way that it waits for nowhere. That these end ends
 * no process; whoever waits for one hears of it.
 */
function excuse(kept) {
  kept?.promise.catch(() => {});
}

function encode(operation, ids, body, { options, more }, form) {
  try {
    refuseMore(operation, more);
    const texts = [encodeIds(ids), encodeBody(body, form)];
    const { signal, text } = readCallOptions(options);
    return { signal, call: [operation, ...texts, text] };
  } catch (error) {
    // However deep in a payload it was found, ten frames are to reach the caller's line.
    if (isArgumentError(error)) Error.captureStackTrace?.(error, execute);
    throw error;
  }
}

/** A signal, for example, that came one place too late would else be dropped in silence. */
function refuseMore(operation, more) {
  if (more.every((value) => value === undefined || value === null)) return;
  throw wrongType("arguments", `are too many for ${operation}: its call options are the last`);
}

/** Gives the answer's text, or null when the signal ended the call. */
function send({ native, calls }, watched, signal, call) {
  if (signal === null) return calls.begin((number) => native.execute(number, ...call, null, watched));
  const cancel = new CancelHandle();
  const unwatch = watch(signal, cancel);
  return calls.begin((number) => native.execute(number, ...call, cancel, watched)).finally(unwatch);
}

/** Signals of older polyfills have no reason. */
function reasonOf(signal) {
  if (signal.reason !== undefined) return signal.reason;
  return new DOMException("This operation was aborted", "AbortError");
}

module.exports = { connect, execute, rateLimit, reasonOf, refuseMore };
