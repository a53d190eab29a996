// A call with the right key, and one with a wrong one. Fails if either is not answered as it must be.

const assert = require("node:assert/strict");
const Sonoran = require("sonoran.js");

async function main() {
  for (const [apiKey, status] of [["YOUR_API_KEY", 200], ["WRONG", 401]]) {
    const product = Sonoran.productEnums.CMS;
    const instance = Sonoran.instance({ apiKey, communityId: "YOUR_COMMUNITY_ID", product, serverId: 1 });
    const response = await instance.cms.getAccountsV2();
    console.log(response.status, response.success, response.error?.kind);
    assert.equal(response.status, status, response.reason);
  }
}

main();
