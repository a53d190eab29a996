// The frameworks that receivers are plugged into. They have a lock file of their own beside these tests, by which
// `cargo xtask test` installs them.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const folder = new URL("frameworks/", import.meta.url);

/** `require` for what stands in frameworks/package.json. */
export const require = createRequire(folder);

/** Says whether the types fit; what does not is printed. */
export function compileTypes() {
  const tsc = require.resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "--project", fileURLToPath(folder)], { stdio: "inherit" });
}
