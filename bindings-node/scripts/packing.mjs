// What the scripts that pack for npm have in common.

import { execFileSync, execSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** A package as its source says, which is also where the scripts of the other packages read it. */
export function source(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const version = ofWorkspace("version");
  // What is built carries the workspace's version, the packages the manifest's.
  if (version !== manifest.version) {
    throw new Error(`${folder}/package.json is ${manifest.version}, but the workspace is ${version}`);
  }
  return { folder: join(root, folder), manifest: { ...manifest, ...places(folder) } };
}

/** Where the source is: npm compares it with who publishes. */
function places(directory) {
  const repository = ofWorkspace("repository");
  return {
    homepage: `${repository}/tree/main/${directory}#readme`,
    repository: { type: "git", url: `git+${repository}.git`, directory },
    bugs: { url: `${repository}/issues` },
  };
}

/** A value of the workspace's packages. */
function ofWorkspace(key) {
  const workspace = readFileSync(join(root, "Cargo.toml"), "utf8").replaceAll("\r", "");
  const [, from] = workspace.split("\n[workspace.package]\n");
  const [table] = from.split("\n[");
  const [, value] = new RegExp(`^${key} = "(.*)"$`, "m").exec(table) ?? [];
  if (!value) throw new Error(`Cargo.toml has no ${key} for its packages`);
  return value;
}

/** The options `--out FOLDER`, and `--<name> PLATFORM=FILE` any number of times. */
export function readArguments(name, platforms) {
  const options = { [name]: { type: "string", multiple: true }, out: { type: "string" } };
  const { values } = parseArgs({ options });
  if (!values.out) throw new Error("--out is needed");
  const parts = (values[name] ?? []).map((argument) => {
    const [platform, ...path] = argument.split("=");
    if (!(platform in platforms)) throw new Error(`${platform} is none of ${Object.keys(platforms).join(", ")}`);
    if (path.length === 0) throw new Error(`--${name} ${platform} needs a file: --${name} ${platform}=PATH`);
    return { platform, file: resolve(path.join("=")) };
  });
  return { parts, out: resolve(values.out) };
}

/** Packs what the functions write, each into an empty folder, and prints the paths of the tarballs, one a line. */
export function packed(packages, out) {
  const work = mkdtempSync(join(tmpdir(), "sonoran-pack-"));
  try {
    mkdirSync(out, { recursive: true });
    const folders = packages.map((write, index) => {
      const folder = join(work, String(index));
      mkdirSync(folder);
      for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(join(root, licence), join(folder, licence));
      write(folder);
      return folder;
    });
    const report = npm(["pack", "--json", "--pack-destination", out, ...folders]);
    for (const { filename } of JSON.parse(report)) console.log(join(out, filename));
  } finally {
    rmSync(work, { recursive: true });
  }
}

export function writeManifest(folder, content) {
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
}

/** The package that users name, with all platforms' packages, whatever was built here: npm picks on their machine. */
export function writeMain(folder, { folder: from, manifest }, platforms) {
  for (const name of manifest.files.filter((name) => !name.includes("*"))) {
    cpSync(join(from, name), join(folder, name), { recursive: true });
  }
  const { devDependencies, ...published } = manifest;
  const parts = Object.keys(platforms).map((platform) => [`${manifest.name}-${platform}`, manifest.version]);
  writeManifest(folder, { ...published, optionalDependencies: Object.fromEntries(parts) });
}

/** What a platform's package has from the one that users name. */
export function partOf({ name, version, license, homepage, repository, bugs, engines }, platform) {
  return { name: `${name}-${platform}`, version, license, homepage, repository, bugs, engines };
}

function npm(words) {
  if (process.platform !== "win32") return execFileSync("npm", words, { encoding: "utf8" });
  // There npm is a script, which Node starts only by a shell. No path has a quotation mark in it.
  return execSync(["npm", ...words.map((word) => `"${word}"`)].join(" "), { encoding: "utf8" });
}
