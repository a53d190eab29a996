"use strict";

const { begun, over } = require("./alive.js");

/** The calls of one client that are under way. The native part numbers its answers as they do. */
class Calls {
  #waiting = new Map();
  #last = 0;

  /** Starts a call; gives the answer's text, or null when it was cancelled. */
  begin(start) {
    const number = ++this.#last;
    return new Promise((resolve, reject) => {
      start(number);
      this.#waiting.set(number, { resolve, reject });
      begun();
    });
  }

  /** Takes the answers that came, each as four elements: number, text, and code and message of what is wrong. */
  settle(answers) {
    for (let at = 0; at < answers.length; at += 4) {
      const { resolve, reject } = this.#waiting.get(answers[at]);
      this.#waiting.delete(answers[at]);
      over();
      const [text, code, message] = [answers[at + 1], answers[at + 2], answers[at + 3]];
      if (code === null) resolve(text);
      else reject(Object.assign(new Error(message), { code }));
    }
  }
}

module.exports = { Calls };
