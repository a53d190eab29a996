import { resolve } from "node:path";

// The project in which sonoran.js is installed is not this folder, but the one above the tests.
const root = resolve("../..");

export default { turbopack: { root }, outputFileTracingRoot: root };
