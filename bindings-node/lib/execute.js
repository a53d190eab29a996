"use strict";

const { encodeBody, encodeIds, readCallOptions } = require("./arguments.js");
const { argumentError, internalError } = require("./errors.js");
const { CancelHandle, NativeClient } = require("./loader.js");
const { SonoranResponse } = require("./response.js");

/** The core's client for one instance; its options come as JSON text. */
function connect(optionsText) {
  try {
    return new NativeClient(optionsText);
  } catch (error) {
    throw fromNative(error);
  }
}

/**
 * Every method comes through here: encodes the arguments, sends the call, reads the answer.
 *
 * Being async, it rejects on misuse too, and the stack of the error leads to the caller's `await`.
 */
async function execute(client, operation, ids, body, options) {
  const idsText = encodeIds(ids);
  const bodyText = encodeBody(body);
  const { signal, text } = readCallOptions(options);
  if (signal?.aborted) throw signal.reason;
  const answer = await send(client, signal, [operation, idsText, bodyText, text]);
  if (answer === null) throw signal.reason;
  return new SonoranResponse(JSON.parse(answer));
}

/** Gives the answer's text, or null when the signal ended the call. */
async function send(client, signal, call) {
  const cancel = signal === null ? null : new CancelHandle();
  const onAbort = () => cancel.cancel();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await client.execute(...call, cancel);
  } catch (error) {
    throw fromNative(error, call[0]);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

/** The native part names misuse by a code and describes it in JSON; anything else is a fault. */
function fromNative(error, operation) {
  if (error.code !== "InvalidArg" || !error.message.startsWith("{")) return internalError(error.message, operation);
  const { argument, problem, wrongType } = JSON.parse(error.message);
  return argumentError(argument, problem, wrongType);
}

module.exports = { connect, execute };
