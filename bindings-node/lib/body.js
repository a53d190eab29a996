"use strict";

const { LIMIT } = require("./event.js");

/** What came of reading a body, beside its bytes. */
const TOO_LARGE = Symbol("too large");
const TOO_SLOW = Symbol("too slow");
const GONE = Symbol("gone");
// A documented event has less than 1 KiB.
const FIRST_ROOM = 4096;

/**
 * Reads a stream to its end; what is beyond the limit is not read. Resolves with the bytes, or with one of
 * the symbols, and never rejects.
 */
function readBody(stream, timeout) {
  if (stream.readableEnded) return Promise.resolve(Buffer.alloc(0));
  if (stream.destroyed) return Promise.resolve(GONE);
  return new Promise((resolve) => {
    // Copied together at once: a list of very small parts would take far more memory than they have bytes.
    let room = Buffer.allocUnsafe(FIRST_ROOM);
    let size = 0;
    const take = (chunk) => {
      // It is text where somebody before us has set an encoding.
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      if (size + bytes.length > LIMIT) return stop(TOO_LARGE);
      room = withRoom(room, size, bytes.length);
      size += bytes.copy(room, size);
    };
    const settle = (outcome) => {
      clearTimeout(timer);
      stream.off("data", take);
      resolve(outcome);
    };
    const stop = (outcome) => {
      stream.pause();
      settle(outcome);
    };
    const timer = setTimeout(stop, timeout, TOO_SLOW).unref();
    stream.on("end", () => settle(room.subarray(0, size)));
    stream.on("close", () => settle(GONE));
    // Kept to the end: an error after the answer is nobody's concern either.
    stream.on("error", () => settle(GONE));
    stream.on("data", take);
  });
}

/** The buffer, or a larger one with the same first bytes, if there is no room for so many more. */
function withRoom(buffer, size, more) {
  if (size + more <= buffer.length) return buffer;
  const larger = Buffer.allocUnsafe(Math.min(LIMIT, 2 * (size + more)));
  buffer.copy(larger, 0, 0, size);
  return larger;
}

module.exports = { GONE, TOO_LARGE, TOO_SLOW, readBody };
