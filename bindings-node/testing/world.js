"use strict";

const { AssertionError } = require("node:assert");
const { instance } = require("../index.js");
const { wrongValue } = require("../lib/errors.js");
const { Admin } = require("./admin.js");
const { checkFault, checkNumber, checkOptions, checkPlace } = require("./arguments.js");

/** The options that say what an instance makes of rate limits. */
const OF_LIMITS = ["rateLimit", "ceilings", "maxWait", "rateWindow", "shareLimits"];

/** A community of its own inside the emulator. */
class World {
  #admin;
  #world;
  #limits;
  #before;
  /** Whether there were faults. */
  #faulty = false;

  /** `before`: the last request that had come with the key of no world when this one was made. */
  constructor(url, key, communityId, world, limits, before = 0) {
    this.url = url;
    this.key = key;
    this.communityId = communityId;
    this.#world = world;
    this.#limits = limits;
    this.#before = before;
    this.#admin = new Admin(url, world);
  }

  /** An instance that calls this world. */
  instance(options = {}) {
    checkPlace(options);
    // Else it would wait, by real time, for limits that nobody counts.
    const counts = this.#limits || OF_LIMITS.some((name) => options[name] !== undefined && options[name] !== null);
    const limit = counts ? {} : { rateLimit: "off" };
    return instance({ apiKey: this.key, communityId: this.communityId, ...options, ...limit, apiUrl: this.url });
  }

  async journal(filters = {}) {
    return (await this.#admin.call("GET", "journal", undefined, filters)).entries;
  }

  async clearJournal() {
    await this.#admin.call("DELETE", "journal");
  }

  async assertCalled(operation, expected = {}) {
    const { headers = {}, ...others } = expected;
    const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const asked = { operation, ...others, headers: Object.fromEntries(lower) };
    const { status, answer } = await this.#admin.ask("POST", "journal/assert", asked);
    if (status === 409) {
      const message = nearest(answer) + (answer.found > 0 ? "" : await this.#astray(asked));
      throw new AssertionError({ message, stackStartFn: World.prototype.assertCalled });
    }
    if (status !== 200) throw new RangeError(answer.detail);
  }

  /** That such requests came with another key, as those of code that has a credential of its own. */
  async #astray(asked) {
    if (this.#world === null) return "";
    const sent = ["operation", "method", "path", "query", "headers", "body"].filter((name) => asked[name] !== undefined);
    const wanted = Object.fromEntries(sent.map((name) => [name, asked[name]]));
    const { status, answer } = await new Admin(this.url).ask("POST", "journal/assert", { ...wanted, since: this.#before });
    if (status !== 200) return "";
    const remedy = "let the code that is tested have its key and communityId";
    return `\n${answer.found} such came with another key than this world's: ${remedy}`;
  }

  async fault(rule) {
    checkFault(rule);
    this.#faulty = true;
    await this.#admin.call("POST", "faults", rule);
  }

  async assertFaultsPlayed() {
    const faults = await this.#faults();
    const idle = faults.filter(({ played }) => played === 0).map(({ rule, seen }) => `${inWords(rule)}: of ${seen} requests that it fitted`);
    if (faults.length > 0 && idle.length === 0) return;
    const message = faults.length === 0 ? "there are no faults that could have been played" : ["faults that were not played:", ...idle].join("\n");
    throw new AssertionError({ message, stackStartFn: World.prototype.assertFaultsPlayed });
  }

  async clearFaults() {
    await this.#admin.call("DELETE", "faults");
  }

  /** The faults that fitted no request, in words. */
  async unmet() {
    if (!this.#faulty) return [];
    return (await this.#faults()).filter(({ seen }) => seen === 0).map(({ rule }) => inWords(rule));
  }

  async #faults() {
    return (await this.#admin.call("GET", "faults")).faults;
  }

  async limits(change = {}) {
    return this.#admin.call("PUT", "limits", change);
  }

  async state() {
    return this.#admin.call("GET", "state");
  }

  async load(state) {
    await this.#admin.call("PUT", "state", state);
  }

  async change(change) {
    await this.#admin.call("PATCH", "state", change);
  }

  async generate(accounts, options = {}) {
    checkNumber("accounts", accounts, "members", Number.isSafeInteger);
    checkOptions("generate", options, { seed: "number" });
    const { seed = 0 } = options;
    return this.#admin.call("POST", "generate", { accounts, seed });
  }

  async reset(options = {}) {
    checkOptions("reset", options, { strict: "boolean" });
    await this.#admin.call("POST", "reset", options);
  }

  async now() {
    return new Date((await this.#admin.call("GET", "clock")).now);
  }

  async advance(milliseconds) {
    checkNumber("milliseconds", milliseconds, "milliseconds");
    await this.#admin.call("POST", "clock", { advanceSeconds: milliseconds / 1000 });
  }

  async freeze(at) {
    await this.#admin.call("POST", "clock", { freeze: true, set: at instanceof Date ? at.toISOString() : at });
  }

  async sendEventsTo(...urls) {
    await this.#admin.call("PUT", "events", { targets: urls.map((url) => ({ url, key: this.key })) });
  }

  async sendEvent(type, data) {
    const { deliveries } = await this.#admin.call("POST", "events", { type, data });
    if (deliveries.length === 0) throw wrongValue("type", "was sent to nobody: say where to by sendEventsTo first");
    return deliveries;
  }

  /** Deletes it; the default world stays. */
  async delete() {
    if (this.#world === null) return;
    this.#faulty = false;
    await new Admin(this.url).call("DELETE", `worlds/${this.#world}`);
  }
}

/** A fault as it was given. */
function inWords(rule) {
  const given = Object.entries(rule).filter(([, value]) => value !== null && value !== 0 && value !== false);
  return given.map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");
}

/** Why an assertion failed, with the requests that came nearest to it. */
function nearest({ detail, nearMisses }) {
  const lines = nearMisses.map(({ request, differs }) => {
    const shown = [`${request.method} ${request.path} (${request.name}), answered ${request.status}`];
    if (Object.keys(request.query).length > 0) shown.push(`query ${JSON.stringify(request.query)}`);
    if (request.body !== null) shown.push(`body ${JSON.stringify(request.body)}`);
    return `nearest: ${shown.join(", ")}; differs in ${differs.join(", ")}`;
  });
  return [detail, ...lines].join("\n");
}

module.exports = { World };
