// Joins CommonJS modules into two files: to find and open many small ones is most of what loading a package costs.

import { readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** How a module asks for another of its package; what is needed at once stands at the start of a line. */
const ASKED = /^( *)(.*)\brequire\("(\.[^"]*)"\)/gm;

/** The name under which joined modules find each other. */
const FIND = "moduleOf";

/** The text of one file with `main` and what it needs at once, and of another, beside it, with what is needed later. */
export function joined(folder, main, later) {
  const atOnce = needs(folder, main, (_, indent) => indent === "");
  const others = [...needs(folder, main)].filter((name) => !atOnce.has(name));
  const wrapped = (names) => names.map((name) => `"${name}"(module) {\n${text(folder, name)}},\n`).join("");
  return {
    [main]: `"use strict";

const modules = {
${wrapped([...atOnce])}};
const found = {};

function ${FIND}(name) {
  if (!(name in found)) {
    if (!(name in modules)) Object.assign(modules, require("./${posix.basename(later)}")(${FIND}));
    found[name] = { exports: {}, filename: module.filename };
    modules[name](found[name]);
  }
  return found[name].exports;
}

module.exports = ${FIND}("${main}");
`,
    [later]: `"use strict";\n\nmodule.exports = (${FIND}) => ({\n${wrapped(others)}});\n`,
  };
}

/** The module and what it needs of its package, as far as that counts. */
export function needs(folder, name, counts = () => true) {
  const all = new Set([name]);
  // A set's loop meets what is added meanwhile.
  for (const each of all) {
    for (const [, indent, , path] of source(folder, each).matchAll(ASKED)) {
      const other = resolved(each, path);
      if (counts(other, indent)) all.add(other);
    }
  }
  return all;
}

function text(folder, name) {
  return source(folder, name).replace(ASKED, (_, indent, before, path) => `${indent}${before}${FIND}("${resolved(name, path)}")`);
}

function source(folder, name) {
  const text = readFileSync(join(folder, name), "utf8");
  if (name === "package.json") return `module.exports = { version: "${JSON.parse(text).version}" };\n`;
  if (text.includes(FIND)) throw new Error(`${name} has the name ${FIND}, by which joined modules find each other`);
  return text;
}

function resolved(from, path) {
  return posix.join(posix.dirname(from), path);
}
