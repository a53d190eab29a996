import Sonoran from "sonoran.js";

const options = { apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID" };

test("what the configuration has set is where calls go", async () => {
  const response = await Sonoran.instance(options).cms.getCommunityV2();
  expect(response.reason).toBeNull();
});

test("what a test sets counts from then on", () => {
  vi.stubEnv("SONORAN_CMS_API_URL", "emulator");
  expect(() => Sonoran.instance(options)).toThrow(/^SONORAN_CMS_API_URL must be/);
});
