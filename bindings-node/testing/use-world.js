"use strict";

const { kindOf } = require("../lib/encode.js");
const { wrongType } = require("../lib/errors.js");
const { guard } = require("../lib/guard.js");
const { checkOptions } = require("./arguments.js");
const { Emulator, OPTIONS } = require("./emulator.js");
const { redirect } = require("./redirect.js");

/** A world for each test of a file, by the hooks of its runner; the emulator is started once for all of them. */
function useWorld(hooks, given = {}) {
  const { beforeEach, afterEach, after } = readHooks(hooks);
  checkOptions("useWorld", given, { ...OPTIONS, guard: "boolean" });
  const { guard: guarded = true, strict = true, ...others } = given;
  // It stays until the process ends: what a test has left running is no less wrong after the last of them.
  if (guarded) guard();
  let emulator;
  let open = null;
  let refused = 0;
  beforeEach(async () => {
    if (open !== null) {
      refused += 1;
      throw new Error(ONE_AT_A_TIME);
    }
    open = { world: null, undo: [] };
    emulator ??= Emulator.start({ ...others, strict });
    const { url } = await emulator;
    // Instances without an address call the emulator too, and never the service.
    open.undo.push(redirect(url));
    if (!guarded) {
      const before = guard(false);
      open.undo.push(() => guard(before));
    }
    open.world = await (await emulator).world();
  });
  afterEach(async () => {
    // This is the hook of a test that was refused, or of the one beside it: the other one closes the world.
    if (refused > 0) {
      refused -= 1;
      return;
    }
    if (open === null) return;
    const { world, undo } = open;
    open = null;
    for (const step of undo) step();
    if (world === null) return;
    warnOfFaults(await world.unmet());
    await world.delete();
  });
  after(async () => {
    await (await emulator)?.stop();
    emulator = undefined;
  });
  return () => {
    if (!open?.world) throw new Error(NO_TEST);
    return open.world;
  };
}

/** A test of an outage that never came passes as well. */
function warnOfFaults(unmet) {
  for (const fault of unmet) process.emitWarning(`a fault met no request of its test: ${fault}`, "SonoranWarning", "SONORAN_UNMET_FAULT");
}

const NO_TEST =
  "there is a world in tests and their hooks alone: call this inside of one (jest's concurrent tests have no hooks)";
const ONE_AT_A_TIME =
  "the world of another test is still open: tests of one useWorld run one after another, so take their concurrency off " +
  "(and subtests out), or call guard(), start an Emulator once, and let each make a world of its own by emulator.world()";

function readHooks(hooks) {
  const { beforeEach, afterEach, after, afterAll } = hooks ?? {};
  const found = { beforeEach, afterEach, after: after ?? afterAll };
  for (const [name, hook] of Object.entries(found)) {
    if (typeof hook === "function") continue;
    const which = name === "after" ? "after (or afterAll)" : name;
    throw wrongType("hooks", `of useWorld must have ${which}, the test runner's function, not ${kindOf(hook)}`);
  }
  return found;
}

module.exports = { useWorld };
