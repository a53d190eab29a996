// Packs sonoran.js and its platform packages into tarballs that install with nothing but npm.
//
//   node bindings-node/scripts/pack.mjs --native linux-x64-gnu=target/release/libsonoran_node.so --out dist
//
// --native names a platform and the library built for it by `cargo build --release -p sonoran-node`, and may be
// repeated. Without it only sonoran.js itself is packed, to be looked at.
// Prints the paths of the tarballs, one a line.

import { execFileSync, execSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

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

const source = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
const { natives, out } = readArguments();
checkVersion();
const work = mkdtempSync(join(tmpdir(), "sonoran-pack-"));
try {
  mkdirSync(out, { recursive: true });
  const folders = [...natives.map(platformPackage), mainPackage()];
  for (const file of pack(folders)) console.log(join(out, file));
} finally {
  rmSync(work, { recursive: true });
}

function readArguments() {
  const { values } = parseArgs({ options: { native: { type: "string", multiple: true }, out: { type: "string" } } });
  if (!values.out) throw new Error("--out is needed");
  return { natives: (values.native ?? []).map(readNative), out: resolve(values.out) };
}

function readNative(argument) {
  const [platform, ...path] = argument.split("=");
  if (!(platform in PLATFORMS)) throw new Error(`${platform} is none of ${Object.keys(PLATFORMS).join(", ")}`);
  if (path.length === 0) throw new Error(`--native ${platform} needs a library: --native ${platform}=PATH`);
  return { platform, library: resolve(path.join("=")) };
}

/** The library carries the workspace's version, the packages the manifest's. */
function checkVersion() {
  const version = ofWorkspace("version");
  if (version !== manifest.version) {
    throw new Error(`bindings-node/package.json is ${manifest.version}, but the workspace is ${version}`);
  }
}

/** Where the source is: npm compares it with who publishes. */
function places() {
  const repository = ofWorkspace("repository");
  return {
    homepage: `${repository}/tree/main/bindings-node#readme`,
    repository: { type: "git", url: `git+${repository}.git`, directory: "bindings-node" },
    bugs: { url: `${repository}/issues` },
  };
}

/** A value of the workspace's packages. */
function ofWorkspace(key) {
  const workspace = readFileSync(join(source, "../Cargo.toml"), "utf8").replaceAll("\r", "");
  const [, from] = workspace.split("\n[workspace.package]\n");
  const [table] = from.split("\n[");
  const [, value] = new RegExp(`^${key} = "(.*)"$`, "m").exec(table) ?? [];
  if (!value) throw new Error(`Cargo.toml has no ${key} for its packages`);
  return value;
}

function platformPackage({ platform, library }) {
  const name = nameOf(platform);
  const folder = join(work, name);
  mkdirSync(folder);
  cpSync(library, join(folder, "sonoran.node"));
  copyLicences(folder);
  writeFileSync(join(folder, "README.md"), `# ${name}\n\nThe native part of \`${manifest.name}\` for ${platform}.\n`);
  const { version, license, engines } = manifest;
  const description = `The native part of ${manifest.name} for ${platform}.`;
  writeManifest(folder, {
    ...{ name, version, description, license, ...places(), engines, ...PLATFORMS[platform] },
    ...{ main: "./sonoran.node", files: ["sonoran.node", "LICENSE*"] },
  });
  return folder;
}

function mainPackage() {
  const folder = join(work, manifest.name);
  mkdirSync(folder);
  for (const name of manifest.files.filter((name) => !name.includes("*"))) {
    cpSync(join(source, name), join(folder, name), { recursive: true });
  }
  copyLicences(folder);
  const { devDependencies, ...published } = manifest;
  // All of them, whatever was built here: npm picks on the user's machine.
  const parts = Object.keys(PLATFORMS).map((platform) => [nameOf(platform), manifest.version]);
  writeManifest(folder, { ...published, ...places(), optionalDependencies: Object.fromEntries(parts) });
  return folder;
}

function nameOf(platform) {
  return `${manifest.name}-${platform}`;
}

function copyLicences(folder) {
  for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) {
    const file = join(source, "..", name);
    if (existsSync(file)) cpSync(file, join(folder, name));
  }
}

function writeManifest(folder, content) {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
}

function pack(folders) {
  const report = npm(["pack", "--json", "--pack-destination", out, ...folders]);
  return JSON.parse(report).map(({ filename }) => filename);
}

function npm(words) {
  if (process.platform !== "win32") return execFileSync("npm", words, { encoding: "utf8" });
  // There npm is a script, which Node starts only by a shell. No path has a quotation mark in it.
  return execSync(["npm", ...words.map((word) => `"${word}"`)].join(" "), { encoding: "utf8" });
}
