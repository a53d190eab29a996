// The examples of the package's page.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const AsyncFunction = (async () => {}).constructor;
const page = readFileSync(join(process.env.SONORAN_ROOT, "bindings-node/README.md"), "utf8");
const [program, ...fragments] = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

/** The first is a whole program. */
export { program };

/** Those of receivers serve until they are stopped, and need the framework that they name. */
const numbered = fragments.map((code, index) => ({ name: `example ${index + 2} of the package's page`, code }));
export const receivers = numbered.filter(({ code }) => code.includes("new Sonoran.EventReceiver"));
export const others = numbered.filter((example) => !receivers.includes(example));

/** Runs an example with what it needs from the outside; gives what `result` says then. */
export function run({ code }, names, result = "undefined") {
  const example = new AsyncFunction(...Object.keys(names), `${code}\nreturn ${result};`);
  return example(...Object.values(names));
}
