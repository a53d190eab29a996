// Packs sonoran.js and its platform package into tarballs that install with nothing but npm.
//
//   node bindings-node/scripts/pack.mjs --native target/release/libsonoran_node.so --out dist
//
// The library is what `cargo build --release -p sonoran-node` made, on the platform named by
// --platform (this one, where it is left out). Without --native only sonoran.js itself is packed, to be looked at.
// Prints the paths of the tarballs, one a line.

import { execFileSync } from "node:child_process";
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
  "win32-x64-msvc": { os: ["win32"], cpu: ["x64"] },
};

const source = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
const { native, out, platform } = readArguments();
checkVersion();
const work = mkdtempSync(join(tmpdir(), "sonoran-pack-"));
try {
  mkdirSync(out, { recursive: true });
  const folders = native === null ? [mainPackage()] : [platformPackage(), mainPackage()];
  for (const folder of folders) console.log(join(out, pack(folder)));
} finally {
  rmSync(work, { recursive: true });
}

function readArguments() {
  const options = { native: { type: "string" }, out: { type: "string" }, platform: { type: "string" } };
  const { values } = parseArgs({ options });
  if (!values.out) throw new Error("--out is needed");
  const platform = values.platform ?? thisPlatform();
  if (!(platform in PLATFORMS)) throw new Error(`${platform} is none of ${Object.keys(PLATFORMS).join(", ")}`);
  const native = values.native === undefined ? null : resolve(values.native);
  return { native, out: resolve(values.out), platform };
}

/** The library carries the workspace's version, the packages the manifest's. */
function checkVersion() {
  const workspace = readFileSync(join(source, "../Cargo.toml"), "utf8");
  const [, version] = /^\[workspace\.package\]\s+version = "(.*)"/m.exec(workspace) ?? [];
  if (version !== manifest.version) {
    throw new Error(`bindings-node/package.json is ${manifest.version}, but the workspace is ${version}`);
  }
}

function thisPlatform() {
  const machine = `${process.platform}-${process.arch}`;
  if (process.platform === "win32") return `${machine}-msvc`;
  if (process.platform !== "linux") return machine;
  return process.report.getReport().header.glibcVersionRuntime ? `${machine}-gnu` : `${machine}-musl`;
}

function platformPackage() {
  const name = `${manifest.name}-${platform}`;
  const folder = join(work, name);
  mkdirSync(folder);
  cpSync(native, join(folder, "sonoran.node"));
  copyLicences(folder);
  writeFileSync(join(folder, "README.md"), `# ${name}\n\nThe native part of \`${manifest.name}\` for ${platform}.\n`);
  const { version, license, engines } = manifest;
  const description = `The native part of ${manifest.name} for ${platform}.`;
  writeManifest(folder, {
    ...{ name, version, description, license, engines, ...PLATFORMS[platform] },
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
  const optionalDependencies = { [`${manifest.name}-${platform}`]: manifest.version };
  writeManifest(folder, { ...published, optionalDependencies });
  return folder;
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

function pack(folder) {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const report = execFileSync(npm, ["pack", "--json", "--pack-destination", out], { cwd: folder, encoding: "utf8" });
  return JSON.parse(report)[0].filename;
}
