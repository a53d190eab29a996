// What every test here needs: an emulator of its own, its journal, and the documented calls.
//
// These tests stand in a project in which the packed tarballs of sonoran.js are installed, and
// import the package from there. SONORAN_EMULATOR names the emulator's program, SONORAN_ROOT the
// checkout. `cargo xtask test --lang node` sees to all that.

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach } from "node:test";
import Sonoran from "sonoran.js";

export const ZEROS = "00000000-0000-0000-0000-000000000000";
export const KEY = "YOUR_API_KEY";

/** Every documented call: method, group, arguments, call, status, data. */
export const documentedCalls = JSON.parse(
  readFileSync(join(needed("SONORAN_ROOT"), "tests/generated/documented-calls.json"), "utf8"),
);

/** The arguments of a documented call, in order. */
export function argumentsOf({ call }) {
  return call.values.slice(0, call.values.findLastIndex((value) => value !== null) + 1);
}

/** Tells xtask that a documented operation or event has passed its test. */
export function covered(name) {
  const folder = process.env.SONORAN_COVERED;
  if (folder) writeFileSync(join(folder, name), "");
}

/** Starts an emulator for the tests of a file, with more arguments if need be; it is reset before each of them. */
export function useEmulator(...options) {
  const emulator = new Emulator(options);
  before(() => emulator.start());
  beforeEach(() => emulator.reset());
  after(() => emulator.stop());
  return emulator;
}

/** A variable of the environment that the tests can't do without. */
export function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run these tests with: cargo xtask test --lang node`);
  return value;
}

class Emulator {
  #child;
  #options;

  constructor(options) {
    this.#options = options;
  }

  async start() {
    const options = ["--port", "0", ...this.#options];
    this.#child = spawn(needed("SONORAN_EMULATOR"), options, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    const { done, value } = await lines.next();
    if (done) throw new Error("the emulator ended before it was ready");
    this.url = JSON.parse(value).url;
  }

  stop() {
    this.#child.kill();
  }

  /** The options that the documentation shows, for this emulator. */
  options(more = {}) {
    const product = Sonoran.productEnums.CMS;
    return { apiKey: KEY, communityId: "YOUR_COMMUNITY_ID", product, serverId: 1, apiUrl: this.url, ...more };
  }

  instance(more) {
    return Sonoran.instance(this.options(more));
  }

  async admin(method, path, body) {
    const answer = await fetch(`${this.url}/_emulator/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  async reset() {
    await this.admin("POST", "reset");
  }

  /** The requests that came to the API since the reset, oldest first. */
  async journal() {
    const { entries } = await (await this.admin("GET", "journal")).json();
    return entries;
  }
}

/** A port for a server that is told its own. None that the system gives to others meanwhile, for connections too. */
export async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise((resolve) => server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true)));
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** A port on which nobody listens: no system gives it to anybody. */
export const CLOSED_PORT = 9;

/** Says where an answer lacks something of the documented one, or has it in another type. */
export function differences(documented, actual, place = "data") {
  if (documented === null) return [];
  if (kindOf(documented) !== kindOf(actual)) {
    return [`${place} is ${kindOf(actual)}, documented as ${kindOf(documented)}`];
  }
  if (Array.isArray(documented)) return arrayDifferences(documented, actual, place);
  if (kindOf(documented) !== "object") return [];
  return Object.entries(documented).flatMap(([key, value]) => {
    const found = isTime(key) ? Object.keys(actual).find(isTime) : key;
    if (!(found in actual)) return [`${place}.${key} is missing`];
    return differences(value, actual[found], `${place}.${key}`);
  });
}

function arrayDifferences(documented, actual, place) {
  if (documented.length === 0) return [];
  // Only the first item of a list is the documented one; the others may have less in them.
  if (actual.length === 0) return /\[[1-9]/.test(place) ? [] : [`${place} is empty`];
  return actual.flatMap((item, index) => differences(documented[0], item, `${place}[${index}]`));
}

/** Histories are keyed by when something happened, which is never twice the same. */
function isTime(key) {
  return /^\d{4}-\d\d-\d\dT/.test(key);
}

function kindOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
