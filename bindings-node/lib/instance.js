"use strict";

const { Cms } = require("../generated/cms.js");
const { encodeObject, kindOf } = require("./encode.js");
const { wrongType } = require("./errors.js");
const { connect, execute } = require("./execute.js");

/** One set of credentials. Cheap to keep, and its calls share connections: make it once. */
class Instance {
  constructor(options) {
    const { throwErrors, text } = readOptions(options);
    // Only these closures reach the client, so that no inspection of an instance meets the key.
    const client = connect(text);
    const respond = (...call) => execute(client, ...call);
    const unwrapping = async (...call) => {
      const response = await execute(client, ...call);
      response.unwrap();
      return response;
    };
    this.cms = new Cms(throwErrors ? unwrapping : respond);
  }
}

/** Parts the options into what is settled in JavaScript and the JSON text for the core. */
function readOptions(options) {
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw wrongType("options", `must be an object with apiKey and communityId, not ${kindOf(options)}`);
  }
  const { throwErrors = false, ...rest } = options;
  if (typeof throwErrors !== "boolean") {
    throw wrongType("throwErrors", `must be true or false, not ${kindOf(throwErrors)}`);
  }
  return { throwErrors, text: encodeObject(rest, []) };
}

module.exports = { Instance };
