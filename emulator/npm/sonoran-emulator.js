#!/usr/bin/env node
"use strict";

// Starts the program and stands for it: with the same arguments, input and output, and the same end.

const { spawn } = require("node:child_process");
const { path } = require("./index.js");

let program;
try {
  program = path();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

const running = spawn(program, process.argv.slice(2), { stdio: "inherit" });
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
