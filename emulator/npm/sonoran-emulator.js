#!/usr/bin/env node
"use strict";

// Starts the program and stands for it: with the same arguments and output, and the same end.

const { spawn } = require("node:child_process");
const { path } = require("./index.js");

let program;
try {
  program = path();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

// A pipe that nothing is written to: should this process be killed, the program sees it close, and ends too.
const EXIT_WITH_PARENT = "SONORAN_EMULATOR_EXIT_WITH_PARENT";
const asked = process.env[EXIT_WITH_PARENT] ?? "";
const env = /^(off|false|0|)$/i.test(asked) ? { ...process.env, [EXIT_WITH_PARENT]: "on" } : process.env;
const running = spawn(program, process.argv.slice(2), { env, stdio: ["pipe", "inherit", "inherit"] });
// The program may end first.
running.stdin.on("error", () => {});
if (process.argv.includes("--exit-with-parent") || /^(on|true|1)$/i.test(asked)) {
  // Then the end of our own input counts as well.
  process.stdin.pipe(running.stdin);
}
running.on("error", (error) => {
  console.error(`sonoran-emulator cannot be started: ${error.message}`);
  process.exitCode = 1;
});

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of SIGNALS) {
  // On Windows the program hears of it by itself, and to send it would end the program at once.
  process.on(signal, () => process.platform === "win32" || running.kill(signal));
}

running.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  for (const each of SIGNALS) process.removeAllListeners(each);
  process.kill(process.pid, signal);
});
