// The environment is Jest's default, which gives every test file a `process.env` of its own.
module.exports = { setupFiles: ["./setup.cjs"], testMatch: ["<rootDir>/*.jest.cjs"], cache: false };
