// The test kit in Vitest, with a module that makes its instance when it is imported.

import Sonoran from "sonoran.js";
import { useWorld } from "sonoran.js/testing";

const { SONORAN_CMS_API_URL: set } = process.env;
delete process.env.SONORAN_CMS_API_URL;
const early = Sonoran.instance({ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID", retries: 0 });
process.env.SONORAN_CMS_API_URL = set;
const world = useWorld({ afterAll, afterEach, beforeEach });

test.each([1, 2])("each test has a world of its own (%i)", async () => {
  expect(await world().journal()).toEqual([]);
  const { key: apiKey, communityId } = world();
  expect((await Sonoran.instance({ apiKey, communityId }).cms.getCommunityV2()).reason).toBeNull();
  await world().assertCalled("getCommunityV2", { count: 1 });
});

describe("a second block", () => {
  const second = useWorld({ afterAll, afterEach, beforeEach });

  test("has worlds too", async () => {
    expect(second().url).not.toBe(world().url);
  });
});

test("what was made before calls nobody", async () => {
  await expect(early.cms.getCommunityV2()).rejects.toThrow(/may not call https:.*was made outside of a test/);
});
