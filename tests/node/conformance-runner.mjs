// Makes the calls of one scenario: reads its brief from the first line of standard input, writes the outcomes to standard
// output, and ends with its input. Looks itself for the key in all that a program could print of what it has.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import Sonoran from "sonoran.js";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const brief = JSON.parse((await lines.next()).value);
const clients = new Map();
const leaks = new Set();

const outcomes = [];
for (const call of brief.calls) {
  await sleep(call.pause);
  outcomes.push(await Promise.all(Array.from({ length: call.atOnce }, () => outcome(call))));
}
look("the module", { ...Sonoran, default: null });
for (const client of clients.values()) look("a client", client);
console.log(JSON.stringify({ outcomes, leaks: [...leaks] }));
await lines.next();

async function outcome(call) {
  const start = performance.now();
  const controller = new AbortController();
  if (call.cancelAfter !== null) setTimeout(() => controller.abort(), call.cancelAfter).unref();
  const came = await made(call, controller.signal).then(responded, (error) => thrown(error, controller.signal));
  return { ...came, elapsed: Math.round(performance.now() - start) };
}

async function made({ client, operation, values, options, cancelAfter }, signal) {
  const { cms } = clientNamed(client);
  // What is left out before the options is undefined.
  const places = Array.from({ length: Math.max(cms[operation].length - 1, values.length) }, (_, at) => values[at]);
  return cms[operation](...places, cancelAfter === null ? options : { ...options, signal });
}

function clientNamed(name) {
  if (!clients.has(name)) clients.set(name, Sonoran.instance(brief.clients[name]));
  return clients.get(name);
}

function responded(response) {
  look("a response", response);
  if (!response.success) {
    try {
      response.unwrap();
    } catch (error) {
      look("an error", error);
    }
  }
  return { response };
}

function thrown(error, signal) {
  look("what was thrown", error);
  if (signal.aborted && error === signal.reason) return { cancelled: true };
  if (error.code !== "ERR_SONORAN_ARGUMENT") return { crash: error.stack };
  return { misuse: { argument: error.argument ?? null, message: error.message } };
}

/** Notes the place where a key shows in whatever can be printed of the value. */
function look(place, value) {
  const shown = [
    inspect(value, { showHidden: true, depth: Infinity, getters: true, maxArrayLength: null, maxStringLength: null }),
    JSON.stringify(value),
    String(value),
    value instanceof Error ? value.stack : "",
  ].join("\n");
  for (const { apiKey } of Object.values(brief.clients)) {
    if (typeof apiKey === "string" && apiKey !== "" && shown.includes(apiKey)) leaks.add(place);
  }
}
