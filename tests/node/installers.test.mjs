// What npm 8, 10 and the one at hand, pnpm, Yarn and an Electron app's archive make of the packages: of their dependencies
// on every platform's part, and of each other's lock files. The parts that were not built are stand-ins, packed as the real ones are; all come from a
// registry of this test's own. These tools have a lock file of their own, by which `cargo xtask test` installs them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { needed } from "./support.mjs";

const run = promisify(execFile);
const root = needed("SONORAN_ROOT");
const tools = join(root, "tests/node/installers/node_modules");
const { version } = createRequire(import.meta.url)("sonoran.js/package.json");
const { PLATFORMS } = createRequire(import.meta.url)(`${root}/bindings-node/lib/platforms.js`);
const onLinux = { skip: process.platform !== "linux" || process.arch !== "x64" };

const NPMS = { "npm 8": join(tools, "npm8"), "npm 10": join(tools, "npm10"), "the npm at hand": null };

const work = mkdtempSync(join(tmpdir(), "sonoran-installers-"));
const registry = createServer(answer);

before(async () => {
  await packAll();
  await new Promise((done) => registry.listen(0, "127.0.0.1", done));
});

after(() => {
  registry.close();
  rmSync(work, { recursive: true });
});

for (const [maker, folder] of Object.entries(NPMS)) {
  test(`${maker} installs a part that loads, and its lock file serves the others`, onLinux, async () => {
    const project = join(work, maker);
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, dependencies: { "sonoran.js": version } }));
    await npm(folder, ["install"], project);
    await loads(project);
    for (const other of Object.keys(NPMS).filter((name) => name !== maker)) {
      const clone = join(work, `${other} after ${maker}`);
      mkdirSync(clone);
      for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(project, file), join(clone, file));
      await npm(NPMS[other], ["ci"], clone);
      await loads(clone);
    }
  });
}

test("npm 8 puts both C libraries' parts on the disk, of which one is loaded", onLinux, () => {
  const installed = readdirSync(join(work, "npm 8/node_modules")).filter((name) => name.startsWith("sonoran.js-"));
  assert.deepEqual(installed, ["sonoran.js-linux-x64-gnu", "sonoran.js-linux-x64-musl"]);
});

for (const maker of ["npm 10", "the npm at hand"]) {
  test(`${maker} installs for the machine that it is told, as the page says for AWS Lambda`, async () => {
    const project = join(work, `${maker} elsewhere`);
    mkdirSync(project);
    await npm(NPMS[maker], ["install", "--os=linux", "--cpu=arm64", "--libc=glibc", `sonoran.js@${version}`], project);
    const installed = readdirSync(join(project, "node_modules")).filter((name) => name.startsWith("sonoran.js-"));
    assert.deepEqual(installed, ["sonoran.js-linux-arm64-gnu"]);
  });
}

/** A new folder with a program that depends on the package. */
function dependent(name, files = {}) {
  const project = join(work, name);
  mkdirSync(project);
  const manifest = { name: "app", private: true, main: "main.cjs", dependencies: { "sonoran.js": version } };
  const program = 'console.log(typeof require("sonoran.js").instance)';
  for (const [file, text] of Object.entries({ "package.json": JSON.stringify(manifest), "main.cjs": program, ...files })) {
    writeFileSync(join(project, file), text);
  }
  return project;
}

test("pnpm installs a part that loads, of its links and its store", onLinux, async () => {
  const project = dependent("pnpm");
  const places = [`--registry=${address()}`, `--store-dir=${join(work, "store")}`, `--cache-dir=${join(work, "pnpm-cache")}`];
  await run(process.execPath, [join(tools, "pnpm/bin/pnpm.cjs"), "install", ...places], { cwd: project });
  assert.ok(existsSync(join(project, "node_modules/.pnpm")));
  const { stdout } = await run(process.execPath, ["main.cjs"], { cwd: project });
  assert.equal(stdout, "function\n");
});

test("Yarn's Plug'n'Play unplugs the part, and it loads", onLinux, async () => {
  const settings = [
    ...["nodeLinker: pnp", `npmRegistryServer: "${address()}"`, "unsafeHttpWhitelist: [127.0.0.1]"],
    // These packages are younger than Yarn lets pass.
    ...["npmMinimalAgeGate: 0", "enableGlobalCache: false", "enableTelemetry: false", "enableImmutableInstalls: false"],
  ];
  const project = dependent("yarn", { ".yarnrc.yml": settings.join("\n"), "yarn.lock": "" });
  const yarn = [join(tools, "@yarnpkg/cli-dist/bin/yarn.js")];
  // Its folder for all projects, into which it would write.
  const env = { ...process.env, HOME: work, YARN_GLOBAL_FOLDER: join(work, "yarn-global") };
  await run(process.execPath, [...yarn, "install"], { cwd: project, env });
  assert.ok(existsSync(join(project, ".pnp.cjs")));
  // All else stays in archives.
  const unplugged = readdirSync(join(project, ".yarn/unplugged"));
  assert.ok(unplugged.length > 0 && unplugged.every((name) => name.startsWith("sonoran.js-linux-")), unplugged.join());
  const { stdout } = await run(process.execPath, [...yarn, "node", "main.cjs"], { cwd: project, env });
  assert.equal(stdout, "function\n");
});

// npm has no program of Electron. In its place stands Node with what Electron does for an archive: there the archive's
// files are read as if it were a folder, and a library is taken from the folder of what is unpacked.
test("in an Electron app's archive the part is unpacked as the page says, and found", onLinux, async () => {
  const asar = createRequire(join(tools, "package.json"))("@electron/asar");
  const app = dependent("electron app");
  await npm(null, ["install"], app);
  const archive = join(work, "packed/app.asar");
  await asar.createPackageWithOptions(app, archive, { unpackDir: "**/node_modules/sonoran.js-*" });
  const libraries = asar.listPackage(archive).filter((file) => file.endsWith(".node"));
  assert.ok(libraries.length > 0);
  for (const file of libraries) assert.ok(asar.statFile(archive, file.slice(1)).unpacked, file);
  const folder = join(work, "electron/app.asar");
  asar.extractAll(archive, folder);
  renameSync(`${archive}.unpacked`, `${folder}.unpacked`);
  for (const file of libraries) truncateSync(join(folder, file));
  const electron = join(work, "electron.cjs");
  const redirect = `const { dlopen } = process;
    process.dlopen = (module, file, ...more) => dlopen(module, file.replace("app.asar", "app.asar.unpacked"), ...more);`;
  writeFileSync(electron, redirect);
  const { stdout } = await run(process.execPath, ["--require", electron, folder], { cwd: work });
  assert.equal(stdout, "function\n");
});

test("the platforms that are packed are those that the loader knows", () => {
  const packed = readdirSync(join(work, "tarballs")).map((file) => /^sonoran\.js-(.*-.*|\w+-\w+)-\d/.exec(file)?.[1]);
  assert.deepEqual(packed.filter(Boolean).sort(), [...PLATFORMS].sort());
});

for (const [name, version] of [["node14", "14.21.3"], ["node16", "16.20.2"]]) {
  test(`Node.js ${version} is told that it is too old`, onLinux, async () => {
    const node = join(tools, name, "bin/node");
    for (const program of ['require("sonoran.js")', 'import("sonoran.js").catch((error) => { throw error; })']) {
      await assert.rejects(run(node, ["--unhandled-rejections=strict", "--eval", program], { cwd: join(work, "npm 8") }), ({ stderr }) => {
        assert.match(stderr, new RegExp(`sonoran\\.js needs Node\\.js 18 or newer, and this is Node\\.js ${version}\\.`));
        return true;
      });
    }
  });
}

/** Every package as it will be published, with an empty library in those that were not built. */
async function packAll() {
  const library = join(work, "empty");
  writeFileSync(library, "");
  const tarballs = join(work, "tarballs");
  const natives = PLATFORMS.flatMap((platform) => ["--native", `${platform}=${library}`]);
  await run(process.execPath, [join(root, "bindings-node/scripts/pack.mjs"), ...natives, "--out", tarballs]);
  for (const file of PLATFORMS.map((platform) => `sonoran.js-${platform}-${version}.tgz`)) {
    const built = join(root, "dist", file);
    if (existsSync(built)) copyFileSync(built, join(tarballs, file));
  }
}

/** The few questions that npm asks of a registry. */
async function answer(request, response) {
  const name = request.url.slice(1);
  if (name.endsWith(".tgz")) return void response.end(readFileSync(join(work, "tarballs", name)));
  const file = join(work, "tarballs", `${name}-${version}.tgz`);
  if (!existsSync(file)) return void response.writeHead(404).end("{}");
  const { stdout } = await run("tar", ["-xzOf", file, "package/package.json"]);
  const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  const tarball = `http://${request.headers.host}/${name}-${version}.tgz`;
  const versions = { [version]: { ...JSON.parse(stdout), dist: { tarball, integrity } } };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
}

function address() {
  return `http://127.0.0.1:${registry.address().port}`;
}

async function npm(folder, command, cwd) {
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const places = [`--registry=${address()}`, `--cache=${join(work, "cache")}`];
  const [program, first] = folder === null ? ["npm", []] : [process.execPath, [join(folder, "bin/npm-cli.js")]];
  await run(program, [...first, ...command, ...options, ...places], { cwd });
}

async function loads(project) {
  const program = 'console.log(Object.keys(require("sonoran.js")).includes("instance"))';
  const { stdout } = await run(process.execPath, ["--eval", program], { cwd: project });
  assert.equal(stdout, "true\n");
}
