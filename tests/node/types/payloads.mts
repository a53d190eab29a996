// Payloads and queries: what fits, what is a slip, and the way for fields that are not documented.

import Sonoran from "sonoran.js";
import type { AceConfigInput, CallOptions, GetAccountsQuery, ClockAccountPayload } from "sonoran.js";

const { cms } = Sonoran.instance({ apiKey: "x", communityId: "y" });
const id = "00000000-0000-0000-0000-000000000000";
const { signal } = new AbortController();
declare const callOptions: CallOptions;

// Objects of the caller's own, without our types.
interface Rename {
  newName: string;
  requestedBy: number;
}
class Change {
  constructor(
    readonly accId: string,
    readonly add: string[],
  ) {}
}
declare const rename: Rename;
await cms.setAccountNameV2(id, rename);
await cms.setAccountRanksV2(id, new Change(id, ["rank-1"]));

// Fields that are not documented are spread.
await cms.setAccountNameV2(id, { newName: "Alex", ...{ unknownField: 1 } });
declare const filters: Record<string, unknown>;
await cms.getAccountsV2({ take: 25, ...filters });
await cms.getAccountsV2(filters);
const query: GetAccountsQuery = { take: 25, ...{ newest: true } };
await cms.getAccountsV2(query);
await cms.triggerPromotionFlowsV2({ data: [{ flowId: "f", users: ["u"], promote: true, ...{ quiet: true } }] });

// Known values, by hand and from elsewhere.
await cms.clockAccountV2(id, { intention: "in" });
await cms.getLatestActivityV2(id, { type: "clockin" });
declare const typed: string;
const intention: ClockAccountPayload["intention"] = typed === "in" || typed === "out" ? typed : undefined;
await cms.clockAccountV2(id, { intention });
await cms.erlcTeamsLock("code", "police", 5);

// What was read can be sent again; what comes is open, what is sent is not.
const mappings = (await cms.getAceConfigV2(1)).unwrap();
const more: unknown = mappings[0]?.unknownToUs;
await cms.setAceConfigV2(1, { mappings, ...{ more } });
const mine: AceConfigInput = { mappings: [] };
const ranks = ["rank-1"] as const;
await cms.setAccountRanksV2(id, { accId: id, add: ranks });

// @ts-expect-error A misspelt field of a payload.
await cms.setAccountRanksV2(id, { accId: id, ad: ["rank-1"] });
// @ts-expect-error One of another type.
await cms.setAccountRanksV2(id, { accId: id, add: "rank-1" });
// @ts-expect-error A misspelt field of a query.
await cms.getAccountsV2({ taek: 25 });
// @ts-expect-error One of another type.
await cms.getAccountsV2({ take: "many" });
// @ts-expect-error One deep within.
await cms.triggerPromotionFlowsV2({ data: [{ flowId: "f", users: ["u"], promote: true, quiet: true }] });
// @ts-expect-error A required one is missing.
await cms.setAccountNameV2(id, {});
// @ts-expect-error Of what is both read and sent, too.
const typo: AceConfigInput = { mapings: [] };
// @ts-expect-error A value that there is not.
await cms.clockAccountV2(id, { intention: "on" });
// @ts-expect-error A value that there is not, in a query.
await cms.getLatestActivityV2(id, { type: "clock-in" });
// @ts-expect-error A value that there is not, as an argument.
await cms.erlcTeamsLock("code", "polcie", 5);
// @ts-expect-error Call options are the last argument.
await cms.getAccountsV2(callOptions);
// @ts-expect-error Also where they stand among fields, written elsewhere.
await cms.getAccountsV2({ ...query, ...{ timeout: 5 } });
// @ts-expect-error A signal is no payload.
await cms.clockAccountV2(id, signal);
// @ts-expect-error Nor is it in one.
await cms.clockAccountV2(id, { ...{ signal } });
console.log(typo, mine);
