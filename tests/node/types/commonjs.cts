// A TypeScript project of CommonJS modules.

import Sonoran = require("sonoran.js");
import type { Account, SetAccountNamePayload, SonoranResponse } from "sonoran.js";

const instance = Sonoran.instance({
  apiKey: "YOUR_API_KEY",
  communityId: "YOUR_COMMUNITY_ID",
  product: Sonoran.productEnums.CMS,
  serverId: 1,
});

async function rename(accountId: string, payload: SetAccountNamePayload): Promise<Account> {
  await instance.cms.setAccountNameV2(accountId, payload);
  const response: SonoranResponse<Account> = await instance.cms.getAccountV2(accountId);
  if (!response.success) {
    const reason: string = response.reason;
    const nothing: null = response.data;
    throw new Error(`${reason} ${response.error.kind} ${nothing}`);
  }
  const none: null = response.reason;
  return response.data ?? none;
}

void rename("00000000-0000-0000-0000-000000000000", { newName: "Example" });
