import Sonoran from "sonoran.js";

export const dynamic = "force-dynamic";

export async function GET() {
  const instance = Sonoran.instance({ apiKey: "YOUR_API_KEY", communityId: "YOUR_COMMUNITY_ID" });
  const response = await instance.cms.verifyWhitelistV2(1, { apiId: "SOME_API_ID" });
  return new Response(response.data ?? response.reason);
}
