// Packs sonoran-emulator and its platform packages into tarballs that install with nothing but npm.
//
//   node emulator/npm/pack.mjs --program linux-x64=target/release/sonoran-emulator --out dist
//
// --program names a platform and the program built for it, and may be repeated.
// Prints the paths of the tarballs, one a line.

import { chmodSync, cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packed, partOf, readArguments, source, writeMain, writeManifest } from "../../bindings-node/scripts/packing.mjs";

/** What npm compares with the machine before it installs a platform package; the program for Linux is static. */
const PLATFORMS = {
  "linux-x64": { os: ["linux"], cpu: ["x64"] },
  "linux-arm64": { os: ["linux"], cpu: ["arm64"] },
  "darwin-x64": { os: ["darwin"], cpu: ["x64"] },
  "darwin-arm64": { os: ["darwin"], cpu: ["arm64"] },
  "win32-x64": { os: ["win32"], cpu: ["x64"] },
};

const main = source("emulator/npm");
const { parts, out } = readArguments("program", PLATFORMS);
packed([...parts.map(platformPackage), (folder) => writeMain(folder, main, PLATFORMS)], out);

function platformPackage({ platform, file }) {
  const part = partOf(main.manifest, platform);
  const description = `The program of ${main.manifest.name} for ${platform}.`;
  const program = platform.startsWith("win32-") ? "sonoran-emulator.exe" : "sonoran-emulator";
  return (folder) => {
    cpSync(file, join(folder, program));
    chmodSync(join(folder, program), 0o755);
    writeFileSync(join(folder, "README.md"), `# ${part.name}\n\n${description}\n`);
    writeManifest(folder, { ...part, description, ...PLATFORMS[platform], files: [program, "LICENSE*"] });
  };
}
