"use strict";

const { guard } = require("../lib/guard.js");
const { Emulator } = require("./emulator.js");

const ADDRESS = "SONORAN_CMS_API_URL";

/** A world for each test of a file, by the hooks of its runner; the emulator is started once for all of them. */
function useWorld({ beforeEach, afterEach, after, afterAll }, { guard: guarded = true, ...options } = {}) {
  // An instance that was made before this line, or before a test, has the address of then.
  const wasGuarded = guard(guarded);
  let emulator;
  let world = null;
  let before;
  beforeEach(async () => {
    emulator ??= Emulator.start(options);
    const { url } = await emulator;
    // Instances without an address call the emulator too, and never the service.
    before = process.env[ADDRESS];
    process.env[ADDRESS] = url;
    world = await (await emulator).world();
  });
  afterEach(async () => {
    if (before === undefined) delete process.env[ADDRESS];
    else process.env[ADDRESS] = before;
    await world?.delete();
    world = null;
  });
  (after ?? afterAll)(async () => {
    guard(wasGuarded);
    await (await emulator)?.stop();
    emulator = undefined;
  });
  return () => {
    if (world === null) throw new Error("there is a world in tests and their hooks alone: call this inside of one");
    return world;
  };
}

module.exports = { useWorld };
