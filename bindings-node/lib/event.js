"use strict";

const { isSharedArrayBuffer, isUint8Array } = require("node:util/types");
const { kindOf } = require("./encode.js");
const { wrongType, wrongValue } = require("./errors.js");
const { EventReader } = require("./loader.js");
const { natively } = require("./misuse.js");

/** The most bytes that a body may have. */
const LIMIT = EventReader.limit();
const LONE_SURROGATE = /\p{Surrogate}/u;

/** A body that is no event of this community; no part of it or of a key is in the message. */
class EventError extends Error {
  constructor({ kind, reason, status }) {
    super(reason);
    this.kind = kind;
    this.reason = reason;
    this.status = status;
  }
}
// On the prototype, as with JavaScript's own errors: own properties are the fields alone.
Object.defineProperty(EventError.prototype, "name", { value: "EventError", configurable: true, writable: true });

/** Reads the raw body of a push event, and checks the key in it. */
function parseEvent(body, key) {
  return read(readerOf(key), body);
}

/** What reads the events that carry this key, or one of these; it keeps them in the native part. */
function readerOf(key) {
  const keys = Array.isArray(key) ? key : [key];
  for (const each of keys) {
    if (typeof each !== "string") throw wrongType("key", `must be a string, or an array of them, not ${kindOf(each)}`);
    // Crossing would replace it, and then another key would be the same.
    if (LONE_SURROGATE.test(each)) throw wrongValue("key", "must be whole Unicode text");
  }
  return natively(() => new EventReader(keys));
}

function read(reader, body) {
  const answer = JSON.parse(reader.read(bytesOf(body)));
  if (answer.kind !== undefined) throw new EventError(answer);
  return answer;
}

function bytesOf(body) {
  if (typeof body === "string") return encoded(body);
  if (!isUint8Array(body)) throw wrongType("body", `must be a string or a Uint8Array, not ${kindOf(body)}`);
  // Another thread could write to shared memory while it is being read.
  return isSharedArrayBuffer(body.buffer) ? Uint8Array.from(body) : body;
}

function encoded(text) {
  if (text.length > LIMIT) throw tooLarge();
  const bytes = Buffer.from(text);
  if (bytes.length <= LIMIT && LONE_SURROGATE.test(text)) {
    throw new EventError({ kind: "malformed", reason: "The body is no whole Unicode text.", status: 400 });
  }
  return bytes;
}

/** The refusal of a body that need not be read to be refused. */
function tooLarge() {
  return new EventError({ kind: "tooLarge", reason: `The body has more than ${LIMIT / 1024} KiB.`, status: 413 });
}

module.exports = { EventError, LIMIT, parseEvent, read, readerOf, tooLarge };
