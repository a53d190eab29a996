"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { createInterface } = require("node:readline");
const { Admin, EmulatorError } = require("./admin.js");
const { checkOptions } = require("./arguments.js");
const { World } = require("./world.js");

/** How one is started, by types. */
const OPTIONS = { limits: "boolean", strict: "boolean", seedFile: "string", program: "string" };

/** A running emulator. */
class Emulator {
  #process;
  #limits;

  /** Starts one. */
  static async start(options = {}) {
    checkOptions("Emulator.start", options, OPTIONS);
    const program = options.program ?? programPath();
    const child = spawn(program, wordsOf(options), {
      env: environment(),
      // The pipe that it reads closes when this process ends.
      stdio: ["pipe", "pipe", "inherit"],
    });
    const ready = await firstLine(child, program);
    // None of it keeps this process alive.
    child.unref();
    // Bun's has no such method, and keeps nothing alive.
    child.stdin.unref?.();
    child.stdout.destroy();
    return new Emulator(child, JSON.parse(ready).url, options.limits ?? false);
  }

  constructor(child, url, limits) {
    this.#process = child;
    this.#limits = limits;
    this.url = url;
  }

  /** A new world, untouched by all others. */
  async world() {
    const admin = new Admin(this.url);
    const { key, communityId } = await admin.call("POST", "worlds");
    const { last } = await admin.call("GET", "journal", undefined, { limit: 0 });
    return new World(this.url, key, communityId, key, this.#limits, last);
  }

  /** The world of the documented key. */
  get default() {
    return new World(this.url, "YOUR_API_KEY", "YOUR_COMMUNITY_ID", null, this.#limits);
  }

  /** Ends it. */
  async stop() {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = once(child, "exit");
    child.kill();
    await ended;
  }
}

function wordsOf({ limits = false, strict = false, seedFile }) {
  const words = ["--port", "0", "--exit-with-parent"];
  words.push("--limits", limits ? "on" : "off", "--strict", strict ? "on" : "off");
  return seedFile === undefined ? words : [...words, "--seed-file", seedFile];
}

/** The line that says where it listens; without one it has not started. */
function firstLine(child, program) {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", (error) => {
      reject(new EmulatorError(`the emulator ${program} cannot be started: ${error.message}`, { cause: error }));
    });
    child.once("close", () => {
      reject(new EmulatorError("the emulator ended before it was ready, and said why on standard error"));
    });
  });
}

/** The program that the environment names, else that of the package beside this one or of the project. */
function programPath() {
  if (process.env.SONORAN_EMULATOR) return process.env.SONORAN_EMULATOR;
  for (const from of [__filename, join(process.cwd(), "package.json")]) {
    let installed;
    try {
      installed = createRequire(from)("sonoran-emulator");
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
      continue;
    }
    return installed.path();
  }
  throw new EmulatorError("there is no sonoran-emulator here: npm install --save-dev sonoran-emulator");
}

/** Without what would start it otherwise than it is asked to. */
function environment() {
  const names = Object.keys(process.env).filter((name) => !name.startsWith("SONORAN_EMULATOR_"));
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

module.exports = { Emulator, OPTIONS };
