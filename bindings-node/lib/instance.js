"use strict";

const { EventEmitter } = require("node:events");
const { Cms } = require("../generated/cms.js");
const { encodeObject, kindOf } = require("./encode.js");
const { readEnvironment } = require("./environment.js");
const { isArgumentError, wrongType, wrongValue } = require("./errors.js");
const { connect, execute, rateLimit, refuseMore } = require("./execute.js");
const { readHeaders } = require("./headers.js");
const { inspected, words } = require("./inspected.js");
const { Setup } = require("./setup.js");
const { warn } = require("./warn.js");
const { Watching } = require("./watching.js");

/** The methods of all instances, by their functions: which instance's each is, and its operation. */
const known = new WeakMap();

/** One set of credentials. Cheap to keep, and its calls share connections: make it once. */
class Instance extends EventEmitter {
  #client;
  #communityId;
  #setup;
  #execute;
  #walk = null;
  #window;

  constructor(options) {
    super();
    const { communityId, throwErrors, onWait, onAttempt, window, text } = readOptions(options);
    const watching = new Watching(onAttempt);
    // Only what is private here and these closures reach the client: no inspection of an instance meets the key.
    const client = ownNames(() => connect(text, readEnvironment(), onWait, (number, told) => watching.tell(number, told)));
    refuseSeconds(client, window);
    this.#client = client;
    this.#communityId = communityId;
    const respond = (kept, operation, ...call) => {
      const make = (number) => execute(client, number, kept, operation, ...call);
      return watching.heard ? watching.call(operation, make) : make(null);
    };
    const unwrapping = async (...call) => {
      const response = await respond(...call);
      response.unwrap();
      return response;
    };
    const answer = throwErrors ? unwrapping : respond;
    const keeping = (...call) => {
      const kept = { promise: null };
      return (kept.promise = answer(kept, ...call));
    };
    const unkept = (...call) => respond(null, ...call);
    this.cms = detachable(new Cms(keeping));
    for (const name of namesOf(this.cms)) known.set(this.cms[name], { cms: this.cms, operation: name });
    this.#execute = unkept;
    this.#window = window;
    this.#setup = new Setup(this, unkept);
  }

  /** The rate limit of an operation at this moment; asking sends nothing. */
  rateLimit(operation) {
    return rateLimit(this.#client, operation);
  }

  /** The lists that come in pages; only programs that walk load what it takes. */
  get walk() {
    const { Walks } = require("../generated/walks.js");
    const { starter } = require("./walk.js");
    return (this.#walk ??= detachable(new Walks(starter(this.#execute))));
  }

  /** Makes many calls of one method, a few at a time, and gives each result as it comes. */
  map(method, calls, options, ...more) {
    const { map } = require("./map.js");
    refuseMore("map", more);
    const state = (operation) => rateLimit(this.#client, operation);
    return map({ cms: this.cms, known, execute: this.#execute, state, window: this.#window }, method, calls, options);
  }

  /** Ends the calls under way, which reject as aborted; so do later ones. */
  close() {
    this.#client.native.close();
  }

  toJSON() {
    return { communityId: this.#communityId };
  }

  [inspected](depth, options, inspect) {
    return words(this.constructor.name, { communityId: this.#communityId }, depth, options, inspect);
  }

  // `once` comes through `on`.
  on(event, listener) {
    super.on(event, listener);
    this.#setup.added(event, listener);
    return this;
  }

  addListener(event, listener) {
    return this.on(event, listener);
  }

  prependListener(event, listener) {
    super.prependListener(event, listener);
    this.#setup.added(event, listener);
    return this;
  }
}

// What `using` and `await using` call at the end of a block. Old releases of Node.js 18 lack the symbols.
for (const [symbol, dispose] of [
  [Symbol.dispose, Instance.prototype.close],
  [Symbol.asyncDispose, async function () { this.close(); }],
]) {
  if (symbol) Object.defineProperty(Instance.prototype, symbol, { value: dispose, configurable: true, writable: true });
}

/** Ties every method to its object, so that it works when it was taken off it. */
function detachable(object) {
  for (const name of namesOf(object)) {
    Object.defineProperty(object, name, { value: object[name].bind(object), configurable: true, writable: true });
  }
  return object;
}

function namesOf(object) {
  return Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter((name) => name !== "constructor");
}

const CALLBACKS = ["onWait", "onAttempt"];
const HERE = ["throwErrors", "apiHeaders", ...CALLBACKS];

/** Parts the options into what is settled in JavaScript and the JSON text for the core. */
function readOptions(options) {
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw wrongType("options", `must be an object with apiKey and communityId, not ${kindOf(options)}`);
  }
  const { throwErrors, onWait, onAttempt, apiHeaders, ...rest } = options;
  refuseSlips(rest);
  return {
    communityId: rest.cmsCommunityId ?? rest.communityId,
    throwErrors: choice("throwErrors", throwErrors ?? false),
    onWait: waitCallback(callback("onWait", onWait ?? null)),
    onAttempt: callback("onAttempt", onAttempt ?? null),
    window: (rest.rateWindow ?? 60_000) / 1000,
    text: encodeObject({ ...rest, apiHeaders: readHeaders("apiHeaders", apiHeaders) }, []),
  };
}

/** Refuses what was meant to be one of the options that are settled here; the core knows the others. */
function refuseSlips(rest) {
  for (const [name, value] of Object.entries(rest)) {
    const letters = name.replace(/[^a-z]/gi, "").toLowerCase();
    const isCallback = typeof value === "function" && letters.startsWith("on");
    if (value === undefined || (!isCallback && !HERE.some((known) => known.toLowerCase() === letters))) continue;
    const { suggestion } = require("./suggestion.js");
    throw wrongType(name, `is not an option: ${suggestion(name, isCallback ? CALLBACKS : HERE)}`);
  }
}

/** The core does not know the options that are settled here: where it tells all there are, these are among them. */
function ownNames(make) {
  try {
    return make();
  } catch (error) {
    const all = / is not an option: there are .*? and \w+$/;
    if (!isArgumentError(error) || !all.test(error.message)) throw error;
    const { meant } = require("./suggestion.js");
    const nearest = meant(error.argument, HERE);
    if (nearest) throw wrongType(error.argument, `is not an option: did you mean ${nearest}?`);
    throw wrongType(error.argument, error.message.slice(error.argument.length + 1).replace(/ and (\w+)$/, `, $1, ${CALLBACKS.join(", ")} and throwErrors`));
  }
}

/** A time that is too short for any service was given in seconds. What runs on this machine may count in less. */
function refuseSeconds({ native, foreign }, window) {
  if (window >= 1 || foreign === null) return;
  native.close();
  const given = window * 1000;
  throw wrongValue("rateWindow", `is in milliseconds, and ${given} of them are less than any service counts for: ${given} seconds are ${given * 1000}`);
}

function choice(name, value) {
  if (typeof value === "boolean") return value;
  throw wrongType(name, `must be true or false, not ${kindOf(value)}`);
}

function callback(name, value) {
  if (value === null || typeof value === "function") return value;
  throw wrongType(name, `must be a function, not ${kindOf(value)}`);
}

/** What the native part calls; whatever the callback does, the call goes on. */
function waitCallback(onWait) {
  if (onWait === null) return null;
  return (operation, waited, expected) => {
    // Also catches what a promise of it rejects with.
    void (async () => onWait({ operation, waited, expected }))().catch((error) => warn("onWait", error));
  };
}

module.exports = { Instance };
