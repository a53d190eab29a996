// The frameworks that receivers are plugged into, installed by their own lock file beside these tests.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("frameworks/", import.meta.url));

/** `require` for what stands in frameworks/package.json. Only one file of tests may ask for it. */
export function frameworks() {
  if (!existsSync(new URL("frameworks/node_modules", import.meta.url))) install();
  return createRequire(new URL("frameworks/", import.meta.url));
}

/** Says whether the types fit; what does not is printed. */
export function compileTypes() {
  const tsc = frameworks().resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "--project", folder], { stdio: "inherit" });
}

function install() {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"];
  execFileSync(npm, ["ci", ...quiet], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}
