// The installed package has exactly the documented operations, with the documented arguments.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import Sonoran from "sonoran.js";
import { documentedCalls } from "./support.mjs";

const folder = dirname(createRequire(import.meta.url).resolve("sonoran.js/package.json"));
const { cms } = Sonoran.instance({ apiKey: "x", communityId: "x" });
const prototype = Object.getPrototypeOf(cms);
const declarations = readFileSync(join(folder, "generated/cms.d.ts"), "utf8");

test("the methods are the documented operations", () => {
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  assert.deepEqual(methods.sort(), documentedCalls.map(({ method }) => method).sort());
});

for (const { method, arguments: names } of documentedCalls) {
  test(`${method} takes (${names.join(", ")}), and is declared and described so`, () => {
    const written = /^\w+\(([^)]*)\)/.exec(prototype[method].toString())[1];
    const named = (list) => list.map((name) => name.replace(/_$/, ""));
    assert.deepEqual(named(written.split(", ")), [...names, "options", "...more"]);
    const { documentation, signature } = declarationOf(method);
    const declared = [...signature.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name);
    assert.deepEqual(named(declared), [...names, "options"]);
    const described = [...documentation.matchAll(/@param (\w+) \S/g)].map(([, name]) => name);
    assert.deepEqual(named(described), [...names, "options"]);
    for (const tag of ["@returns", "@throws", "@example"]) assert.ok(documentation.includes(tag), tag);
  });
}

test("the package runs no script when it is installed", () => {
  for (const name of ["sonoran.js", `sonoran.js-${process.platform}-${process.arch}-gnu`]) {
    const manifest = JSON.parse(readFileSync(join(folder, "..", name, "package.json"), "utf8"));
    assert.equal(manifest.scripts, undefined);
    assert.equal(manifest.dependencies, undefined);
  }
});

function declarationOf(method) {
  const start = declarations.indexOf(`\n  ${method}(\n`);
  assert.ok(start > 0, `${method} is not declared`);
  const documentation = declarations.slice(declarations.lastIndexOf("/**", start), start);
  return { documentation, signature: declarations.slice(start, declarations.indexOf("): Promise", start)) };
}
