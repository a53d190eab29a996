// The TypeScript compiler, for the tests of types: programs of files on the disk and of made-up ones, judged together.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { needed } from "./support.mjs";

const require = createRequire(join(needed("SONORAN_ROOT"), "bindings-node/package.json"));
const ts = require("typescript");

/** Where the tests stand; made-up files stand there too, so that they find what is installed. */
export const folder = fileURLToPath(new URL(".", import.meta.url));

/** What other packages and the compiler itself declare is the same for all programs, and takes longest to read. */
const declared = new Map();

/**
 * What the compiler finds wrong in the files, and in the declarations of our package that they reach, as lines of text.
 * `made` holds the text of made-up files by name; those of other packages are not judged.
 */
export function problems(names, made, options) {
  const settings = { noEmit: true, allowJs: true, checkJs: true, strict: true, skipLibCheck: false, ...options };
  const { options: parsed, errors } = ts.convertCompilerOptionsFromJson(settings, folder);
  if (errors.length > 0) throw new Error(errors.map(lineOf).join("\n"));
  const program = ts.createProgram({ rootNames: names.map(placed), options: parsed, host: hostOf(parsed, made) });
  const judged = program.getSourceFiles().filter(({ fileName }) => isOurs(fileName));
  const found = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  for (const file of judged) found.push(...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file));
  return found.filter((each) => !isTypeless(each)).map(lineOf);
}

/** What an editor shows for each of the constants that a made-up file declares. */
export function shown(text, made, options) {
  const { options: parsed } = ts.convertCompilerOptionsFromJson({ noEmit: true, strict: true, ...options }, folder);
  const host = hostOf(parsed, { ...made, "shown.mts": text });
  const program = ts.createProgram({ rootNames: ["shown.mts", ...Object.keys(made)].map(placed), options: parsed, host });
  const [checker, found] = [program.getTypeChecker(), {}];
  for (const statement of program.getSourceFile(placed("shown.mts")).statements.filter(ts.isVariableStatement)) {
    const { name } = statement.declarationList.declarations[0];
    found[name.text] = checker.typeToString(checker.getTypeAtLocation(name), undefined, ts.TypeFormatFlags.NoTruncation);
  }
  return found;
}

/** The code as JavaScript, an ES module. */
export function withoutTypes(code) {
  return ts.transpileModule(code, { compilerOptions: { target: "ES2022", module: "ESNext" } }).outputText;
}

function placed(name) {
  return join(folder, name);
}

function isOurs(file) {
  return !file.includes("/node_modules/") || file.includes("/node_modules/sonoran.js/");
}

/** JavaScript need not say the types of its parameters and of what it catches. */
function isTypeless({ code, file }) {
  return [7006, 7031, 18046].includes(code) && /\.[cm]?js$/.test(file.fileName);
}

function hostOf(options, made) {
  const host = ts.createCompilerHost(options);
  const texts = new Map(Object.entries(made).map(([name, text]) => [placed(name), text]));
  const folders = new Set([...texts.keys()].map(dirname));
  const { directoryExists, fileExists, readFile, getSourceFile } = host;
  host.directoryExists = (name) => folders.has(name) || directoryExists(name);
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    if (texts.has(name)) return ts.createSourceFile(name, texts.get(name), language);
    if (isOurs(name)) return getSourceFile(name, language, ...rest);
    const key = `${name} ${language.impliedNodeFormat}`;
    if (!declared.has(key)) declared.set(key, getSourceFile(name, language, ...rest));
    return declared.get(key);
  };
  return host;
}

function lineOf({ file, start, code, messageText }) {
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  if (file === undefined) return `TS${code}: ${text}`;
  const { line } = file.getLineAndCharacterOfPosition(start);
  return `${file.fileName.slice(folder.length)}:${line + 1}: TS${code}: ${text}`;
}

/**
 * The fenced blocks of a page in JavaScript and TypeScript, by their own or made-up names: `.cjs` where one `require`s.
 * They stand beside the packages that they are plugged into.
 */
export function snippets(page) {
  const text = readFileSync(join(needed("SONORAN_ROOT"), page), "utf8");
  const blocks = [...text.matchAll(/```(js|javascript|ts|typescript)\n(.*?)```/gs)];
  const stem = page.replace(/\W/g, "-");
  const nameOf = (language, code, index) => {
    const own = /^\/\/ (\S+\.[cm]?[jt]s)\n/.exec(code)?.[1];
    return own ?? `${index + 1}.${/\brequire\(/.test(code) ? "c" : "m"}${language[0]}s`;
  };
  return Object.fromEntries(
    blocks.map(([, language, code], index) => [`frameworks/${stem}/${nameOf(language, code, index)}`, code]),
  );
}
