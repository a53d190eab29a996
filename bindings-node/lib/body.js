"use strict";

const { LIMIT } = require("./event.js");

/** What came of reading a body, beside its bytes. */
const TOO_LARGE = Symbol("too large");
const TOO_SLOW = Symbol("too slow");
const GONE = Symbol("gone");

/**
 * Reads a stream to its end; what is beyond the limit is not read. Resolves with the bytes, or with one of
 * the symbols, and never rejects.
 */
function readBody(stream, timeout) {
  if (stream.readableEnded) return Promise.resolve(Buffer.alloc(0));
  if (stream.destroyed) return Promise.resolve(GONE);
  return new Promise((resolve) => {
    const chunks = [];
    let size = 0;
    const take = (chunk) => {
      // It is text where somebody before us has set an encoding.
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size > LIMIT) return stop(TOO_LARGE);
      chunks.push(bytes);
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
    stream.on("end", () => settle(Buffer.concat(chunks)));
    stream.on("close", () => settle(GONE));
    // Kept to the end: an error after the answer is nobody's concern either.
    stream.on("error", () => settle(GONE));
    stream.on("data", take);
  });
}

module.exports = { GONE, TOO_LARGE, TOO_SLOW, readBody };
