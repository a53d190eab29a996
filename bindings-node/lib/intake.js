"use strict";

const { isUint8Array } = require("node:util/types");
const { GONE, TOO_LARGE, TOO_SLOW, readBody } = require("./body.js");
const { EventError, LIMIT, read, tooLarge } = require("./event.js");
const { warn } = require("./warn.js");

const ACCEPTED = { status: 204, headers: {}, text: "" };
const BUSY = refusal(503, "No more events can be taken at the moment.", { "Retry-After": "1" });
const CLOSED = refusal(503, "No more events are taken.", { "Retry-After": "1" });
const FAULT = refusal(500, "The event could not be read.");
const WRONG_METHOD = refusal(405, "Events are sent by POST.", { Allow: "POST" });
const WRONG_PATH = refusal(404, "There is nothing here.");

/** From a request to its answer, whatever the framework; an event that is accepted goes to the queue. */
class Intake {
  #reader;
  #queue;
  #timeout;

  constructor(reader, queue, timeout) {
    this.#reader = reader;
    this.#queue = queue;
    this.#timeout = timeout;
  }

  /** The answer to a request, or null when nobody waits for it any more. Never rejects. */
  async answer(request, body = bodyOf(request)) {
    if (request.method !== "POST") return WRONG_METHOD;
    if (this.#queue.closed) return CLOSED;
    try {
      return await this.#taken(request, body);
    } catch (error) {
      if (error instanceof EventError) return refusal(error.status, error.reason);
      warn("The receiver", error);
      return FAULT;
    }
  }

  async #taken(request, body) {
    const whole = isStream(body) ? await this.#read(request, body) : body;
    if (whole === GONE) return null;
    if (whole === TOO_LARGE) return closing(refusal(413, tooLarge().reason));
    if (whole === TOO_SLOW) return closing(refusal(408, `The body did not come within ${this.#timeout} ms.`));
    if (this.#queue.closed) return CLOSED;
    return this.#queue.offer(read(this.#reader, encoded(whole))) ? ACCEPTED : BUSY;
  }

  #read(request, stream) {
    if (Number(request.headers["content-length"]) > LIMIT) return TOO_LARGE;
    return readBody(stream, this.#timeout);
  }
}

/** What the framework has made of the body; the request itself, where that was not read yet. */
function bodyOf(request) {
  // Some set an empty body without having read anything.
  return request.body === undefined || request.readableDidRead === false ? request : request.body;
}

function isStream(body) {
  return typeof body?.pipe === "function";
}

/** A body that was parsed already, written once more. */
function encoded(body) {
  if (typeof body === "string" || isUint8Array(body)) return body;
  try {
    return JSON.stringify(body) ?? "";
  } catch {
    return "";
  }
}

function refusal(status, reason, headers = {}) {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, text: `${reason}\n` };
}

/** The rest of the body is not read, so the connection can't be used again. */
function closing(answer) {
  return { ...answer, headers: { ...answer.headers, Connection: "close" } };
}

module.exports = { Intake, WRONG_METHOD, WRONG_PATH };
