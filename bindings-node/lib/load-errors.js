"use strict";

// Why the native part is not there or can't be loaded, and what to do about it.

const { ADVICE, isThere } = require("#native");
const { PLATFORMS } = require("./platforms.js");
const { version } = require("../package.json");

/** What the loaders of the systems say, and what it means. The first that fits counts. */
const CAUSES = [
  [/GLIBC_([\d.]+)' not found/, (_, [, needed]) => `this system's C library is older than the glibc ${needed} that it needs`],
  // A part for musl on a system with glibc, and the other way round.
  [/\blibc(\.musl-\w+)?\.so(\.1)?: (cannot open|invalid ELF)/, () => "it is made for musl, and this system has glibc"],
  [/ld-linux-|Error relocating|symbol not found/, (platform) => platform.endsWith("-gnu") && "it is made for glibc, and this system has musl"],
  [/Permission denied/, () => "this user may not read its file"],
  [
    // Of a library for another processor glibc says that the file, which is there, can't be opened.
    /wrong ELF class|sonoran\.node: cannot open shared object|Exec format error|incompatible architecture/,
    () => `it is made for another processor than this Node.js (${process.arch})`,
  ],
  [
    // Windows has one word for both.
    /not a valid Win32 application/,
    () => `it is made for another processor than this Node.js (${process.arch}), or its file is damaged`,
  ],
  [/invalid ELF header|file too short|slice is not valid mach-o/, () => "its file is damaged, or made for another system"],
  [/failed to map segment/, () => "its folder does not allow to run programs (mounted noexec)"],
  [/(?:library )?(lib[\w+.-]+\.so[\d.]*): (?:cannot open|No such file)/, (_, [, library]) => `this system lacks ${library}`],
];

const nameOf = (platform) => `sonoran.js-${platform}`;
const install = (platform) => `npm install ${nameOf(platform)}@${version}`;

function mismatch(platform, found) {
  const name = nameOf(platform);
  return new Error(
    `sonoran.js ${version} needs ${name} ${version}, but ${found ?? "another version"} is installed. ` +
      `Install the right one: ${install(platform)}`,
  );
}

function broken(likeliest, failures) {
  const [{ error: cause }] = failures;
  if (failures.some(({ error }) => error.code === "ERR_DLOPEN_DISABLED")) {
    const text = "sonoran.js has a native part, which this process may not load: start Node.js with --allow-addons.";
    return new Error(text, { cause });
  }
  const each = failures.map(({ platform, error }) => `${nameOf(platform)}: ${explained(platform, error)}`);
  return new Error(
    `sonoran.js cannot load its native part. ${each.join("; ")}. Remove node_modules and install again on the machine ` +
      `and with the Node.js that run the program, or install this part alone: ${install(likeliest)}`,
    { cause },
  );
}

/** In plain words where the message is a known one, with the message itself. */
function explained(platform, { message }) {
  const [first] = message.split("\n");
  for (const [pattern, explain] of CAUSES) {
    const match = pattern.exec(message);
    const words = match && explain(platform, match);
    if (words) return `${words} (${first})`;
  }
  return first;
}

function missing(platform) {
  if (!PLATFORMS.includes(platform)) return unsupported();
  const others = PLATFORMS.filter((other) => other !== platform && isThere(other));
  const copied =
    others.length === 0
      ? ""
      : `There is ${others.map(nameOf).join(", ")}: node_modules was installed for another system, ` +
        "and must be installed again here. ";
  return new Error(
    `sonoran.js has no native part for this platform (${platform}): the package ${nameOf(platform)} is not ` +
      `installed. ${copied}Install it: ${install(platform)}. ${ADVICE}`,
  );
}

function unsupported() {
  const emulated = process.arch === "ia32" || (process.platform === "win32" && process.arch === "arm64");
  const hint = emulated ? " Use the Node.js for x64, if this machine runs it." : "";
  return new Error(
    `sonoran.js is not made for ${process.platform} on ${process.arch}. It runs on Linux (x64 and arm64, glibc and ` +
      `musl), Windows (x64) and macOS (x64 and arm64).${hint}`,
  );
}

module.exports = { broken, mismatch, missing };
