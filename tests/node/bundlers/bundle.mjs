// Bundles app.js: node bundle.mjs BUNDLER FOLDER FILE. The bundlers are found from where this file is, the program
// from FOLDER; FILE is what comes of it. A warning is a failure.

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const [bundler, folder, file] = process.argv.slice(2);
const entry = join(folder, "app.js");

const BUNDLERS = {
  async esbuild() {
    const options = { entryPoints: [entry], outfile: file, bundle: true, platform: "node", logLevel: "silent" };
    const { warnings } = await require("esbuild").build(options);
    refuse(warnings.map(({ text }) => text));
  },

  webpack: () => webpack({}),
  "webpack, ESM": () => webpack({ module: true, library: { type: "module" } }),

  "rollup, CommonJS": () => rollup("cjs"),
  "rollup, ESM": () => rollup("es"),

  async ncc() {
    const { code, assets } = await require("@vercel/ncc")(entry, { quiet: true });
    const { mkdirSync, writeFileSync } = await import("node:fs");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
    for (const [name, { source }] of Object.entries(assets)) writeFileSync(join(dirname(file), name), source);
  },

  "bun build": () => bun("--target=node", `--outdir=${dirname(file)}`),
  "bun build --compile": () => bun("--compile", `--outfile=${file}`),
};

async function webpack(more) {
  const output = { path: dirname(file), filename: basename(file), ...more };
  const experiments = { outputModule: true };
  const settings = { entry, output, experiments, context: folder, target: "node", mode: "production" };
  const stats = await new Promise((resolve, reject) =>
    require("webpack")(settings).run((error, result) => (error ? reject(error) : resolve(result))),
  );
  const { errors, warnings } = stats.toJson({ errors: true, warnings: true });
  refuse([...errors, ...warnings].map(({ message }) => message));
}

async function rollup(format) {
  const plugins = ["node-resolve", "commonjs", "json"].map((name) => require(`@rollup/plugin-${name}`).default());
  const warnings = [];
  const bundle = await require("rollup").rollup({ input: entry, plugins, onwarn: ({ message }) => warnings.push(message) });
  await bundle.write({ file, format });
  refuse(warnings);
}

/** Its binary for this machine comes as a package of its own, like ours. */
function bun(...values) {
  execFileSync(require.resolve("@oven/bun-linux-x64/bin/bun"), ["build", entry, ...values], { stdio: "pipe" });
}

function refuse(complaints) {
  if (complaints.length > 0) throw new Error(complaints.join("\n"));
}

await BUNDLERS[bundler]();
