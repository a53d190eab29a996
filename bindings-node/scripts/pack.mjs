// Packs sonoran.js and its platform packages into tarballs that install with nothing but npm.
//
//   node bindings-node/scripts/pack.mjs --native linux-x64-gnu=target/release/libsonoran_node.so --out dist
//
// --native names a platform and the library built for it by `cargo build --release -p sonoran-node`, and may be
// repeated. Without it only sonoran.js itself is packed, to be looked at.
// Prints the paths of the tarballs, one a line.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { joined, needs } from "./joined.mjs";
import { packed, partOf, readArguments, source, writeMain, writeManifest } from "./packing.mjs";

/** What npm compares with the machine before it installs a platform package. */
const PLATFORMS = {
  "linux-x64-gnu": { os: ["linux"], cpu: ["x64"], libc: ["glibc"] },
  "linux-arm64-gnu": { os: ["linux"], cpu: ["arm64"], libc: ["glibc"] },
  "linux-x64-musl": { os: ["linux"], cpu: ["x64"], libc: ["musl"] },
  "linux-arm64-musl": { os: ["linux"], cpu: ["arm64"], libc: ["musl"] },
  "darwin-x64": { os: ["darwin"], cpu: ["x64"] },
  "darwin-arm64": { os: ["darwin"], cpu: ["arm64"] },
  // Whichever toolchain made it: one name for npm to find.
  "win32-x64-msvc": { os: ["win32"], cpu: ["x64"] },
};

const main = source("bindings-node");
const { parts, out } = readArguments("native", PLATFORMS);
packed([...parts.map(platformPackage), mainPackage], out);

function mainPackage(folder) {
  writeMain(folder, main, PLATFORMS);
  const files = joined(folder, "lib/main.js", "lib/later.js");
  // The test kit takes what it needs beside the package itself from files of their own.
  const alone = needs(folder, "testing/index.js", (name) => name !== "index.js").add("package.json");
  for (const name of needs(folder, "lib/main.js")) if (!alone.has(name)) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

function platformPackage({ platform, file }) {
  const part = partOf(main.manifest, platform);
  const description = `The native part of ${main.manifest.name} for ${platform}.`;
  return (folder) => {
    cpSync(file, join(folder, "sonoran.node"));
    writeFileSync(join(folder, "README.md"), `# ${part.name}\n\n${description}\n`);
    writeManifest(folder, {
      ...{ ...part, description, ...PLATFORMS[platform] },
      ...{ main: "./sonoran.node", files: ["sonoran.node", "LICENSE*"] },
    });
  };
}
