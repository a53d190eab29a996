// The test kit in Jest, with a module that makes its instance when it is imported.

delete process.env.SONORAN_CMS_API_URL;

const Sonoran = require("sonoran.js");
const { guard, useWorld } = require("sonoran.js/testing");

const early = Sonoran.instance({ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID", retries: 0 });
const world = useWorld({ afterAll, afterEach, beforeEach });

test.each([1, 2])("each test has a world of its own (%i)", async () => {
  expect(await world().journal()).toEqual([]);
  const { key: apiKey, communityId } = world();
  expect((await Sonoran.instance({ apiKey, communityId }).cms.getCommunityV2()).reason).toBeNull();
  await world().assertCalled("getCommunityV2", { count: 1 });
});

describe("a second block", () => {
  const second = useWorld({ afterAll, afterEach, beforeEach }, { strict: false });

  test("has worlds too", async () => {
    expect(second().url).not.toBe(world().url);
    await expect(early.cms.getCommunityV2()).rejects.toMatchObject({ code: "ERR_SONORAN_GUARD" });
  });
});

test("another copy of the package knows the guard", async () => {
  jest.resetModules();
  const again = require("sonoran.js");
  expect(again).not.toBe(Sonoran);
  const foreign = again.instance({ apiKey: "K", communityId: "C", apiUrl: "https://service.invalid", retries: 0 });
  await expect(foreign.cms.getCommunityV2()).rejects.toMatchObject({ code: "ERR_SONORAN_GUARD" });
});

test("what was made before calls nobody", async () => {
  await expect(early.cms.getCommunityV2()).rejects.toThrow(/may not call https:.*was made outside of a test/);
  expect(guard(false)).toBe(true);
  // To a proxy where nobody is.
  expect((await early.cms.getCommunityV2()).error.kind).toBe("connect");
  expect(guard()).toBe(false);
});
