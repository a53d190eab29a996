// The test kit: the API's emulator, and a world of its own for each test.

import type { Cms } from "../lib/api.js";
import type { Instance } from "../lib/api.js";
import type { ApiKeyOptions } from "../lib/options.js";

/** A method's name, such as `getAccountV2`, or an operation's id. */
export type OperationName = keyof Cms | (string & {});

/** The emulator could not be started, has ended, or could not do what was asked. */
export declare class EmulatorError extends Error {
  readonly name: "EmulatorError";
}

/** How an emulator is started. */
export interface EmulatorOptions {
  /**
   * Whether it counts rate limits as the service does, and the instances of its worlds wait for them; `false`. A test of
   * your own code seldom wants that: at the limit it waits until a minute of real time has passed, which `advance` does not
   * shorten.
   */
  limits?: boolean | undefined;
  /** Take only what is documented; the refusal names the nearest documented field. `false`, but `true` with `useWorld`. */
  strict?: boolean | undefined;
  /** A state to start with, in place of the documented examples'. */
  seedFile?: string | undefined;
  /** The program; else the environment's `SONORAN_EMULATOR`, else that of the package `sonoran-emulator`. */
  program?: string | undefined;
}

/** A running emulator. It ends with `stop`, and with this process, however that ends; it keeps no process alive. */
export declare class Emulator {
  /**
   * Starts one. Other than `useWorld`, this sets no guard and no address for the instances of your own code: see `guard`.
   *
   * @throws {EmulatorError} Where there is no program, or it does not start.
   * @throws {TypeError | RangeError} For an option that is none.
   * @example
   * const emulator = await Emulator.start();
   * const world = await emulator.world();
   * console.log((await world.instance().cms.getCommunityV2()).data);
   */
  static start(options?: EmulatorOptions): Promise<Emulator>;

  private constructor();

  /** Its address. */
  readonly url: string;
  /** The world of the documented key, `YOUR_API_KEY`, for code that has the credential of the examples. */
  readonly default: World;
  /** A new world: the documented examples' community under a key of its own, untouched by all others. */
  world(): Promise<World>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** The hooks of a test runner: those of node:test, vitest or jest; of the last two, one. */
export interface Hooks {
  beforeEach(hook: () => Promise<void>): unknown;
  afterEach(hook: () => Promise<void>): unknown;
  /** node:test's name of it. */
  after?(hook: () => Promise<void>): unknown;
  /** The other runners' name of it. */
  afterAll?(hook: () => Promise<void>): unknown;
}

/**
 * A world for each test of a file, one test after another; the emulator is started once for all of them, and takes what is
 * documented alone unless `strict` is false. Instances without an `apiUrl` call the emulator too while a test runs; let
 * your code's have the world's `key` and `communityId`. None calls the service: calls to other machines are refused from
 * now on until the process ends, see `guard`.
 *
 * @returns What gives the running test's world.
 * @throws {TypeError | RangeError} Where a hook is missing, or for an option that is none.
 * @example
 * import test, { after, afterEach, beforeEach } from "node:test";
 * import { useWorld } from "sonoran.js/testing";
 *
 * const world = useWorld({ after, afterEach, beforeEach });
 *
 * test("an outage is survived", async () => {
 *   await world().fault({ operation: "getCommunityV2", action: { type: "respond", status: 503 } });
 *   (await world().instance().cms.getCommunityV2()).unwrap();
 *   await world().assertCalled("getCommunityV2", { count: 2 });
 * });
 */
export declare function useWorld(hooks: Hooks, options?: WorldOptions): () => World;

/** How the emulator of a file of tests is started, and what its tests may do. */
export interface WorldOptions extends EmulatorOptions {
  /** Whether calls to other machines are refused, see `guard`; `true`. With `false` they pass while these tests run. */
  guard?: boolean | undefined;
}

/**
 * Keeps the instances of this process, or of a test runner's sandbox, from calling any other machine, such as the service
 * itself: while it is on, such a call rejects with an `Error` that says what to do, whose `code` is `ERR_SONORAN_GUARD`.
 * `useWorld` turns it on, and nothing turns it off but `guard(false)` and `guard: false`. It counts for every copy of
 * the package, and for worker threads and child processes that are started while it is on, unless they are given an
 * environment without `SONORAN_TEST_GUARD`.
 *
 * @returns What it was before.
 * @example
 * import { guard } from "sonoran.js/testing";
 *
 * guard();
 */
export declare function guard(on?: boolean): boolean;

/**
 * A world: state, clock, limits, faults, journal and push events that no other world sees. What the emulator refuses,
 * such as an operation's name that is none, is a `RangeError` that says why.
 */
export declare class World {
  private constructor();

  /** The address to call. */
  readonly url: string;
  /** The API key that leads here. */
  readonly key: string;
  /** The community's id. */
  readonly communityId: string;

  /**
   * An instance that calls this world, and no other place. Where the emulator counts no limits, its `rateLimit` is `"off"`,
   * unless an option about limits is given.
   */
  instance<Throws extends boolean = false>(
    options?: Omit<Partial<ApiKeyOptions<Throws>>, "apiUrl" | "cmsApiUrl">,
  ): Instance<Throws>;

  /** The requests that came, oldest first. */
  journal(filters?: JournalFilters): Promise<JournalEntry[]>;
  /** Forgets the requests that came. */
  clearJournal(): Promise<void>;
  /**
   * Passes where such requests came: `count` of them, or within the bounds, or at least one.
   *
   * @throws {AssertionError} With the requests that came nearest, and what differs in them.
   */
  assertCalled(operation?: OperationName, expected?: Expected): Promise<void>;

  /**
   * Spoils an answer, the same way in every run.
   *
   * @example
   * await world.fault({ operation: "getAccountV2", times: 2, action: { type: "respond", status: 503 } });
   * await world.fault({ path: "*\/ranks", nth: [1, 3], action: { type: "reset" } });
   */
  fault(rule: FaultRule): Promise<void>;
  /**
   * Passes where each fault has spoilt an answer, at least once: a test of an outage that never came would pass as well. Of
   * one that no request even fitted, `useWorld` warns after the test, by a warning of the process (`SONORAN_UNMET_FAULT`).
   *
   * @throws {AssertionError} With those that have not, and how many requests they fitted; or where there are no faults.
   * @example
   * await world.fault({ operation: "getCommunityV2", action: { type: "respond", status: 503 } });
   * await world.instance().cms.getCommunityV2();
   * await world.assertFaultsPlayed();
   */
  assertFaultsPlayed(): Promise<void>;
  /** Forgets the faults that have not been played. */
  clearFaults(): Promise<void>;
  /** The rate limits, after changing what is given. */
  limits(change?: LimitsChange): Promise<Limits>;

  /** All that the world keeps, as one document. */
  state(): Promise<Record<string, any>>;
  /** Another state in place of the present one, whole or not at all; the key and the community stay. */
  load(state: object): Promise<void>;
  /** Merges a change into the state, whole or not at all. */
  change(change: object): Promise<void>;
  /** Adds made-up members; the same number and seed make the same ones in every run. */
  generate(
    accounts: number,
    options?: { seed?: number },
  ): Promise<{ accounts: number; records: number; clockRows: number }>;
  /** Everything as after the start. */
  reset(options?: { strict?: boolean }): Promise<void>;

  /** The world's time. */
  now(): Promise<Date>;
  /** Moves the clock on by milliseconds, for dates and for the windows of the rate limits. */
  advance(milliseconds: number): Promise<void>;
  /** Stops the clock, at this time if one is given; `advance` still moves it. */
  freeze(at?: Date | string): Promise<void>;

  /** From now on, calls that change an account send their events to these addresses. */
  sendEventsTo(...urls: string[]): Promise<void>;
  /** Sends an event now where `sendEventsTo` says, with the documented example's data unless some are given. */
  sendEvent(type: string, data?: object): Promise<Delivery[]>;

  /** Deletes it; the default world stays. */
  delete(): Promise<void>;
}

/** What became of a request. */
export type Outcome = "pending" | "answered" | "aborted" | "fault";

/** Which requests are meant. */
export interface RequestFilters {
  /** Its verb. */
  method?: string | undefined;
  /** Its path; `*` stands for any text. */
  path?: string | undefined;
  /** The status that was answered. */
  status?: number | undefined;
  outcome?: Outcome | undefined;
  /** Only those with a higher number. */
  since?: number | undefined;
}

export interface JournalFilters extends RequestFilters {
  operation?: OperationName | undefined;
  /** Only the newest so many. */
  limit?: number | undefined;
}

/** What requests there should have been. */
export interface Expected extends RequestFilters {
  count?: number | undefined;
  atLeast?: number | undefined;
  atMost?: number | undefined;
  /** What must be in the query; there may be more. */
  query?: Record<string, unknown> | undefined;
  /** Headers that must be there. */
  headers?: Record<string, string> | undefined;
  /** What must be in the body; there may be more. */
  body?: unknown;
  /** What must be in the answer; there may be more. */
  answer?: unknown;
}

/** A request that came, and what was answered. */
export interface JournalEntry {
  /** Its place in the journal, from 1. */
  number: number;
  /** The id that its answer bore. */
  requestId: string;
  /** When it came, by the world's clock. */
  time: string;
  method: string;
  /** Its path, without the query. */
  path: string;
  /** The query's fields; one that was given several times is a list. */
  query: Record<string, string | string[]>;
  /** The operation's id; null where the path names none. */
  operation: string | null;
  /** The operation's method name, such as `getAccountV2`. */
  name: string | null;
  /** The status that was answered; null where there was no answer. */
  status: number | null;
  outcome: Outcome;
  /** The number of the fault that was played. */
  fault: number | null;
  /** A fingerprint of the key that it came with. */
  credential: string | null;
  /** Its headers by lower-case name; keys are not shown. */
  headers: Record<string, string>;
  /** Its body, as JSON or text; null where there was none. */
  body: any;
  bodyLength: number;
  /** Whether only the first 64 KiB are shown. */
  bodyCut: boolean;
  /** The answer's body, as JSON or text. */
  answer: any;
  answerLength: number;
  /** Whether only the first 64 KiB are shown. */
  answerCut: boolean;
}

/** Which answers are spoilt, and how. */
export interface FaultRule {
  /** Which requests it fits: those of an operation or of a `method`, and of a `path`; left out, all. */
  operation?: OperationName | undefined;
  method?: string | undefined;
  path?: string | undefined;
  /** Which of the fitting requests, from 1; else the first, or as many as `times` says. */
  nth?: number | readonly number[] | undefined;
  times?: number | "always" | undefined;
  /** Each with this probability, which `seed` settles. */
  probability?: number | undefined;
  seed?: number | undefined;
  /** Milliseconds of real time before the answer. */
  delay?: number | undefined;
  action?: FaultAction | undefined;
}

/** What a fault makes of an answer; `applied` carries the operation out before its answer is lost. */
export type FaultAction =
  | { type: "none" | "malformed" }
  | {
      type: "respond";
      status: number;
      headers?: Record<string, string>;
      body?: unknown;
      hex?: string;
      repeat?: number;
      applied?: boolean;
    }
  | { type: "close" | "reset"; applied?: boolean }
  | { type: "truncate"; bytes?: number }
  | { type: "drip"; bytes?: number; milliseconds?: number }
  | { type: "html"; status?: number }
  | { type: "raw"; text?: string; hex?: string; applied?: boolean };

/** What is changed of the rate limits; what is left out stays. */
export interface LimitsChange {
  enabled?: boolean | undefined;
  windowSeconds?: number | undefined;
  /** In whose words version 2's 429 comes. */
  style?: "gateway" | "problem" | undefined;
  /** Ceilings by method name, `v1` for all of version 1; null is the documented one again. */
  overrides?: Record<string, number | null> | undefined;
}

/** The rate limits as they are counted. */
export interface Limits {
  enabled: boolean;
  windowSeconds: number;
  style: "gateway" | "problem";
  overrides: Record<string, number>;
  usage: Record<string, unknown>[];
}

/** What became of a push event. */
export interface Delivery {
  type: string;
  url: string;
  status: number | null;
  error: string | null;
}
