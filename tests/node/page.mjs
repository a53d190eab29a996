// The examples of the package's page.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const AsyncFunction = (async () => {}).constructor;
const page = readFileSync(join(process.env.SONORAN_ROOT, "bindings-node/README.md"), "utf8");
const [program, ...rest] = [...page.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const nameOf = (code) => /^\/\/ (\S+\.[cm]js)\n/.exec(code)?.[1];

/** The first is a whole program. */
export { program };

/** Those that start with a name are files of programs, as `[name, code]`. */
export const files = rest.filter(nameOf).map((code) => [nameOf(code), code]);

/** The others go on from the first. */
export const fragments = rest
  .map((code, index) => ({ name: `example ${index + 2} of the package's page`, code }))
  .filter(({ code }) => !nameOf(code));

/** Runs an example with what it needs from the outside. */
export function run({ code }, names) {
  return new AsyncFunction(...Object.keys(names), code)(...Object.values(names));
}
