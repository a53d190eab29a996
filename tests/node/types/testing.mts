// The test kit in a TypeScript project.

import { Emulator, EmulatorError, useWorld } from "sonoran.js/testing";
import type { FaultRule, JournalEntry, World } from "sonoran.js/testing";

// As node:test, vitest and jest have them.
declare function test(name: string, run: () => Promise<void>): void;
declare function after(hook: () => Promise<void>): void;
declare function afterEach(hook: () => Promise<void>): void;
declare function beforeEach(hook: () => Promise<void>): void;

const world: () => World = useWorld({ after, afterEach, beforeEach }, { strict: true });
useWorld({ afterAll: after, afterEach, beforeEach });

test("a promotion", async () => {
  const rule: FaultRule = { operation: "getAccountV2", nth: [1, 2], action: { type: "respond", status: 503 } };
  await world().fault(rule);
  const { cms } = world().instance({ retries: 0 });
  await cms.getCommunityV2();
  const [first]: JournalEntry[] = await world().journal({ operation: "getCommunityV2", limit: 1 });
  first?.query satisfies Record<string, string | string[]> | undefined;
  await world().assertCalled("getCommunityV2", { count: 1, body: null });
  await world().limits({ overrides: { getAccountV2: null } });
  const now: Date = await world().now();
  await world().freeze(now);
});

const emulator = await Emulator.start({ limits: true });
try {
  await emulator.default.advance(1_000);
} catch (error) {
  if (error instanceof EmulatorError) await emulator.stop();
}

// @ts-expect-error An instance of a world calls this world.
emulator.default.instance({ apiUrl: emulator.url });
// @ts-expect-error Misspelt.
useWorld({ after, afterEach, beforeEach }, { gaurd: false });
// @ts-expect-error Worlds come from an emulator.
new World();
// @ts-expect-error No such action.
await emulator.default.fault({ action: { type: "explode" } });
// @ts-expect-error Its status must be said.
await emulator.default.fault({ action: { type: "respond" } });
// @ts-expect-error A runner has one or the other.
useWorld({ afterEach });
