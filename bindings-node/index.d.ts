export * from "./lib/api.js";
export * as default from "./lib/api.js";
