"use strict";

// Calls to the emulator's admin side.

const http = require("node:http");

/** The emulator is on this machine and answers at once, but the machine may be busy. */
const PATIENCE = 60_000;

/** Idle connections of it keep no process alive. */
const agent = new http.Agent({ keepAlive: true });

/** The emulator could not be started, has ended, or could not do what was asked. */
class EmulatorError extends Error {
  get name() {
    return "EmulatorError";
  }
}

/** The admin side of an emulator, for one of its worlds or for all of it. */
class Admin {
  #url;
  #world;

  constructor(url, world = null) {
    this.#url = url;
    this.#world = world;
  }

  /** What it answers, read. A refusal of what was asked is a RangeError. */
  async call(method, path, body, query) {
    const { status, answer } = await this.ask(method, path, body, query);
    if (status >= 400) throw new RangeError(answer.detail);
    return answer;
  }

  /** The status and the answer, whatever it is. */
  async ask(method, path, body, query = {}) {
    const url = new URL(`/_emulator/${path}`, this.#url);
    if (this.#world !== null) url.searchParams.set("world", this.#world);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    try {
      const { status, text } = await exchange(url, method, body === undefined ? undefined : JSON.stringify(body));
      return { status, answer: text === "" ? null : JSON.parse(text) };
    } catch (error) {
      throw new EmulatorError(`the emulator at ${url.host} does not answer: ${error.message}`, { cause: error });
    }
  }
}

function exchange(url, method, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent, method, timeout: PATIENCE }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (part) => (text += part));
      reply.on("end", () => resolve({ status: reply.statusCode, text }));
      reply.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`nothing for ${PATIENCE / 1000} s`)));
    request.on("error", reject);
    request.end(body);
  });
}

module.exports = { Admin, EmulatorError };
