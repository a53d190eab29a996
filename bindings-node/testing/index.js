"use strict";

const { guard } = require("../lib/guard.js");
const { EmulatorError } = require("./admin.js");
const { Emulator } = require("./emulator.js");
const { useWorld } = require("./use-world.js");
const { World } = require("./world.js");

module.exports = { Emulator, EmulatorError, World, guard, useWorld };
