"use strict";

const SURROGATE = /\p{Surrogate}/u;

/** What is wrong with a text that is not whole. */
const HALF = "must be whole Unicode text, without half a surrogate pair";

/** Whether no half of a surrogate pair stands alone in it: such a half has no UTF-8, and would be lost on the way. */
const isWhole =
  typeof String.prototype.isWellFormed === "function" ? (text) => text.isWellFormed() : (text) => !SURROGATE.test(text);

module.exports = { HALF, isWhole };
