const Sonoran = require("sonoran.js");

const options = { apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID" };

test("what the setup file has set is where calls go", async () => {
  const response = await Sonoran.instance(options).cms.getCommunityV2();
  expect(response.reason).toBeNull();
});

test("an address that is none is refused, and never stands for production", () => {
  process.env.SONORAN_CMS_API_URL = "emulator";
  expect(() => Sonoran.instance(options)).toThrow(/^SONORAN_CMS_API_URL must be/);
});

test("what is thrown and given is of this realm", async () => {
  process.env.SONORAN_CMS_API_URL = process.env.EMULATOR_URL;
  const { cms } = Sonoran.instance(options);
  await expect(cms.getAccountV2("not-a-uuid")).rejects.toBeInstanceOf(RangeError);
  const { data } = await cms.getCommunityV2();
  expect(data).toBeInstanceOf(Object);
});
