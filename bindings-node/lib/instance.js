"use strict";

const { EventEmitter } = require("node:events");
const { Cms } = require("../generated/cms.js");
const { encodeObject, kindOf } = require("./encode.js");
const { wrongType } = require("./errors.js");
const { connect, execute } = require("./execute.js");
const { announceSetup } = require("./setup.js");

/** One set of credentials. Cheap to keep, and its calls share connections: make it once. */
class Instance extends EventEmitter {
  constructor(options) {
    super();
    const { throwErrors, setupEvents, text } = readOptions(options);
    // Only these closures reach the client, so that no inspection of an instance meets the key.
    const client = connect(text);
    const respond = (...call) => execute(client, ...call);
    const unwrapping = async (...call) => {
      const response = await execute(client, ...call);
      response.unwrap();
      return response;
    };
    this.cms = new Cms(throwErrors ? unwrapping : respond);
    if (setupEvents) announceSetup(this, respond);
  }
}

/** Parts the options into what is settled in JavaScript and the JSON text for the core. */
function readOptions(options) {
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw wrongType("options", `must be an object with apiKey and communityId, not ${kindOf(options)}`);
  }
  const { throwErrors, setupEvents, ...rest } = options;
  return {
    throwErrors: choice("throwErrors", throwErrors ?? false),
    setupEvents: choice("setupEvents", setupEvents ?? false),
    text: encodeObject(rest, []),
  };
}

function choice(name, value) {
  if (typeof value === "boolean") return value;
  throw wrongType(name, `must be true or false, not ${kindOf(value)}`);
}

module.exports = { Instance };
