"use strict";

const { EventEmitter } = require("node:events");
const { Cms } = require("../generated/cms.js");
const { encodeObject, kindOf } = require("./encode.js");
const { readEnvironment } = require("./environment.js");
const { wrongType } = require("./errors.js");
const { connect, execute, rateLimit } = require("./execute.js");
const { readHeaders } = require("./headers.js");
const { inspected, words } = require("./inspected.js");
const { Setup } = require("./setup.js");
const { warn } = require("./warn.js");
const { Watching } = require("./watching.js");

/** One set of credentials. Cheap to keep, and its calls share connections: make it once. */
class Instance extends EventEmitter {
  #client;
  #communityId;
  #setup;

  constructor(options) {
    super();
    const { communityId, throwErrors, onWait, onAttempt, text } = readOptions(options);
    const watching = new Watching(onAttempt);
    // Only what is private here and these closures reach the client: no inspection of an instance meets the key.
    const client = connect(text, readEnvironment(), onWait, (number, told) => watching.tell(number, told));
    this.#client = client;
    this.#communityId = communityId;
    const respond = (operation, ...call) => {
      const make = (number) => execute(client, number, operation, ...call);
      return watching.heard ? watching.call(operation, make) : make(null);
    };
    const unwrapping = async (...call) => {
      const response = await respond(...call);
      response.unwrap();
      return response;
    };
    this.cms = detachable(new Cms(throwErrors ? unwrapping : respond));
    this.#setup = new Setup(this, respond);
  }

  /** The rate limit of an operation at this moment; asking sends nothing. */
  rateLimit(operation) {
    return rateLimit(this.#client, operation);
  }

  /** Ends the calls under way, which reject as aborted; so do later ones. */
  close() {
    this.#client.native.close();
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
function detachable(cms) {
  for (const name of Object.getOwnPropertyNames(Cms.prototype)) {
    if (name === "constructor") continue;
    Object.defineProperty(cms, name, { value: cms[name].bind(cms), configurable: true, writable: true });
  }
  return cms;
}

/** Parts the options into what is settled in JavaScript and the JSON text for the core. */
function readOptions(options) {
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw wrongType("options", `must be an object with apiKey and communityId, not ${kindOf(options)}`);
  }
  const { throwErrors, onWait, onAttempt, apiHeaders, ...rest } = options;
  return {
    communityId: rest.cmsCommunityId ?? rest.communityId,
    throwErrors: choice("throwErrors", throwErrors ?? false),
    onWait: waitCallback(callback("onWait", onWait ?? null)),
    onAttempt: callback("onAttempt", onAttempt ?? null),
    text: encodeObject({ ...rest, apiHeaders: readHeaders("apiHeaders", apiHeaders) }, []),
  };
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
