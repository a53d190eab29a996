// What bundlers take in place of native.js (package.json, `imports`): most can't hold a native part, so the bundle takes
// it from where the package is installed.

// Not by its name: webpack would take `createRequire` for its own, and find nothing at run time.
import modules from "node:module";
import { join } from "node:path";

export function part(platform) {
  for (const place of places()) {
    const main = find(() => modules.createRequire(place).resolve("sonoran.js/package.json"));
    // By way of the package that depends on it: not every installer lets others see it.
    const native = main && find(() => modules.createRequire(main)(`sonoran.js-${platform}`));
    if (native) return native;
  }
  return null;
}

/** A bundle has no packages beside it. */
export const isThere = () => false;

/** Where to look from: the bundle's folder, as far as the bundler tells it, and the working directory. */
function places() {
  const working = join(process.cwd(), "bundle.js");
  try {
    return [__filename, working];
  } catch {
    // A bundle of ES modules knows no such name.
    return [working];
  }
}

function find(lookup) {
  try {
    return lookup();
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    return null;
  }
}

export const ADVICE =
  'This is a bundle, which holds no native part: mark "sonoran.js" as external ' +
  "(esbuild --external:sonoran.js, webpack externals, Rollup external, Next.js serverExternalPackages), " +
  "and install it where the bundle runs.";
