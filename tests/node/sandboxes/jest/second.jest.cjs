// A second file makes Jest start a second worker.

const Sonoran = require("sonoran.js");

test("every worker sees its own", async () => {
  const instance = Sonoran.instance({ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID", throwErrors: true });
  await instance.cms.getCommunityV2();
});
