"use strict";

// The first file that is loaded, and the only one that an old Node can read.

/** The oldest release that this package runs on; `engines` in package.json says the same. */
var LEAST = 18;

var found = process.versions.node;
if (parseInt(found, 10) < LEAST) {
  throw new Error(
    "sonoran.js needs Node.js " + LEAST + " or newer, and this is Node.js " + found + ". Get a newer one from " +
      "https://nodejs.org, or choose another image or version where your host sets it."
  );
}

module.exports = require("./lib/main.js");
