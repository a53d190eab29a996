const Sonoran = require("sonoran.js");

const instance = Sonoran.instance({ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID" });
instance.cms.verifyWhitelistV2(1, { apiId: "SOME_API_ID" }).then(({ data, reason }) => console.log(data ?? reason));
