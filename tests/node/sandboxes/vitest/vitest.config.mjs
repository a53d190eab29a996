// In this pool every test file runs in a worker thread, whose `process.env` is its own.
export default {
  test: {
    pool: "threads",
    globals: true,
    include: ["*.vitest.mjs"],
    env: { SONORAN_CMS_API_URL: process.env.EMULATOR_URL },
  },
};
