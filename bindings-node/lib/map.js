"use strict";

const { Cms } = require("../generated/cms.js");
const { isSignal } = require("./arguments.js");
const { kindOf } = require("./encode.js");
const { wrongType, wrongValue } = require("./errors.js");
const { Flow } = require("./flow.js");
const { reasonOf } = require("./execute.js");
const { suggestion } = require("./suggestion.js");
const { warn } = require("./warn.js");

const OPTIONS = ["concurrency", "progress", "signal", "timeout", "deadline", "retries", "maxWait", "rateLimit"];

// Its methods make no calls: they give what a call would be made of.
const taking = new Cms((...call) => call);

/**
 * Many calls of one method, a few at a time, with their responses as they come. `known` tells of a method whose it is
 * and its operation, `execute` makes a call, `state` tells the rate limit of an operation, and `window` is for how many
 * seconds the service counts.
 */
function map({ cms, known, execute, state, window }, method, calls, options) {
  const operation = operationOf(cms, method, known.get(method));
  const { signal, concurrency, progress, bounds } = readOptions(options);
  const total = countOf(calls);
  const source = iteratorOf(calls);
  const report = progress && new Report(progress, total, () => state(operation), window);
  return awaitable(run(source, { operation, execute, signal, concurrency, bounds, report }));
}

/** Who awaits them, in the place of walking through them, gets all results as an array, and the same one each time. */
function awaitable(results) {
  const next = results.next.bind(results);
  let walked = false;
  let all = null;
  const gather = async () => {
    const came = [];
    for (let result = await next(); !result.done; result = await next()) came.push(result.value);
    return came;
  };
  const step = async () => {
    if (all !== null) throw wrongValue("results", "of map are awaited already: walk through the array that this gave");
    walked = true;
    return next();
  };
  const outcome = async () => {
    if (walked) throw wrongValue("results", "of map are walked through already: await them, or walk through them");
    return (all ??= gather());
  };
  return Object.defineProperties(results, {
    next: { value: step },
    then: { value: (then, failed) => outcome().then(then, failed) },
  });
}

async function* run(source, { operation, execute, signal, concurrency, bounds, report }) {
  // Ends what is under way: because of the signal, or because the loop was left.
  const ending = new AbortController();
  const flow = new Flow(source, concurrency, async (item, index) => {
    const given = Array.isArray(item) ? item : [item];
    const response = await called(execute, operation, index, given, { ...bounds, signal: ending.signal });
    report?.came(flow.underWay - 1);
    return { index, arguments: given, response };
  });
  const abort = () => {
    ending.abort(reasonOf(signal));
    flow.fail(reasonOf(signal));
  };
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  try {
    yield* flow.results();
  } finally {
    signal?.removeEventListener("abort", abort);
    ending.abort();
    await flow.end();
  }
}

/** One call, whose misuse names it. */
async function called(execute, operation, index, given, options) {
  try {
    const [name, ids, body, last, ...form] = taking[operation](...given);
    refuseOptions(last);
    return await execute(name, ids, body, { options, more: [] }, ...form);
  } catch (error) {
    const isOfCall = error?.code === "ERR_SONORAN_ARGUMENT" && !Object.hasOwn(options, error.argument);
    if (!isOfCall) throw error;
    throw Object.assign(new error.constructor(`calls[${index}]: ${error.message}`, { cause: error }), {
      code: error.code,
      argument: error.argument,
      index,
    });
  }
}

function refuseOptions({ options, more }) {
  if ([options, ...more].every((value) => value === undefined || value === null)) return;
  throw wrongType("arguments", "are too many: call options are given to map, for all calls");
}

function operationOf(cms, method, found) {
  if (found === undefined) {
    throw wrongType("method", `must be a method of instance.cms, such as instance.cms.setAccountRanksV2, not ${kindOf(method)}`);
  }
  // Its name alone would call another community.
  if (found.cms !== cms) throw wrongType("method", `must be of the instance that maps: take its cms.${found.operation}`);
  return found.operation;
}

function readOptions(options) {
  const given = isSignal(options) ? { signal: options } : (options ?? {});
  if (Object.prototype.toString.call(given) !== "[object Object]") {
    throw wrongType("options", `must be an AbortSignal or an object, not ${kindOf(given)}`);
  }
  for (const name of Object.keys(given)) {
    const isLeftOut = given[name] === undefined || given[name] === null;
    if (!OPTIONS.includes(name) && !isLeftOut) throw wrongType(name, `is not an option of map: ${suggestion(name, OPTIONS)}`);
  }
  const { signal = null, concurrency = 8, progress = null, ...bounds } = given;
  if (signal !== null && !isSignal(signal)) throw wrongType("signal", `must be an AbortSignal, not ${kindOf(signal)}`);
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw wrongValue("concurrency", `must be a whole number of at least 1, not ${String(concurrency)}`);
  }
  if (progress !== null && typeof progress !== "function") {
    throw wrongType("progress", `must be a function, not ${kindOf(progress)}`);
  }
  return { signal, concurrency, progress, bounds };
}

/** How many calls there are, where that is known before. */
function countOf(calls) {
  if (Array.isArray(calls)) return calls.length;
  return calls instanceof Set || calls instanceof Map ? calls.size : null;
}

function iteratorOf(calls) {
  // The characters of a text are no calls.
  const begin = typeof calls === "string" ? undefined : (calls?.[Symbol.asyncIterator] ?? calls?.[Symbol.iterator]);
  if (typeof begin !== "function") {
    throw wrongType("calls", `must be an array or another iterable of arguments, not ${kindOf(calls)}`);
  }
  return () => begin.call(calls);
}

/** Tells how far the calls have come. */
class Report {
  #progress;
  #total;
  #state;
  #window;
  #done = 0;

  constructor(progress, total, state, window) {
    this.#progress = progress;
    this.#total = total;
    this.#state = state;
    this.#window = window;
  }

  /** A response has come, and so many others are under way. */
  came(underWay) {
    this.#done += 1;
    const state = this.#state();
    const told = { done: this.#done, total: this.#total, free: state.free, secondsLeft: this.#secondsLeft(state, underWay) };
    // Also catches what a promise of it rejects with.
    void (async () => this.#progress(Object.freeze(told)))().catch((error) => warn("progress", error));
  }

  /** Slots are free again a window after they were taken: the rest takes as many windows as it fills. */
  #secondsLeft({ free, limit, waiting, nextFreeIn }, underWay) {
    if (this.#total === null) return null;
    // Those under way have their slots, but for those that stand in line.
    const sent = Math.max(underWay - waiting, 0);
    const beyond = this.#total - this.#done - sent - free;
    if (beyond <= 0) return 0;
    return (nextFreeIn ?? this.#window) + (Math.ceil(beyond / limit) - 1) * this.#window;
  }
}

module.exports = { map };
