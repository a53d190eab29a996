/**
 * Where the program `sonoran-emulator` for this platform is, for a test that starts it itself.
 *
 * @returns The path of the program, to be started with `child_process.spawn`.
 * @throws An `Error` where npm has installed no program for this platform.
 * @example
 * const emulator = spawn(path(), ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
 */
export function path(): string;
