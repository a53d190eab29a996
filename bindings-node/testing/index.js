"use strict";

const { EmulatorError } = require("./admin.js");
const { Emulator } = require("./emulator.js");
const { useWorld } = require("./use-world.js");
const { World } = require("./world.js");

module.exports = { Emulator, EmulatorError, World, useWorld };
