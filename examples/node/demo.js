// sonoran.js at work: writing and reading back, a bad key, a rate limit that is waited out.
//
// cargo xtask demo --lang node runs it against the emulator, whose address is in SONORAN_CMS_API_URL.

const Sonoran = require("sonoran.js");

const ACCOUNT = "00000000-0000-0000-0000-000000000000";

function connect(apiKey) {
  const product = Sonoran.productEnums.CMS;
  return Sonoran.instance({ apiKey, communityId: "YOUR_COMMUNITY_ID", product, serverId: 1 });
}

async function writeAndReadBack(instance) {
  console.log("Writing and reading back");
  const written = await instance.cms.setAccountNameV2(ACCOUNT, { newName: "Demo Name" });
  console.log(`  written: ${written.data}`);
  const account = (await instance.cms.getAccountV2(ACCOUNT)).unwrap();
  console.log(`  read back: ${account.accName}`);
}

async function showBadKey() {
  console.log("A bad key is an answer, not an exception");
  const response = await connect("A_WRONG_KEY").cms.getAccountV2(ACCOUNT);
  console.log(`  success ${response.success}, kind ${response.error.kind}: ${response.reason}`);
}

async function waitOutRateLimit(instance) {
  console.log("Five calls at once where the emulator allows three in two seconds");
  const start = performance.now();
  const calls = Array.from({ length: 5 }, async (_, index) => {
    const response = await instance.cms.getSubVersionV2();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`  call ${index + 1}: success ${response.success} after ${seconds} s`);
  });
  await Promise.all(calls);
}

async function main() {
  const instance = connect("YOUR_API_KEY");
  await writeAndReadBack(instance);
  await showBadKey();
  await waitOutRateLimit(instance);
}

main();
