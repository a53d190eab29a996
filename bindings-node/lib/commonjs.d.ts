// What `require` gives: the exports, and for projects without `esModuleInterop` the same once more as `default`.

export * from "./api.js";
export * as default from "./api.js";
