// Walks and maps, typed by their methods.

import Sonoran from "sonoran.js";
import type { AccountPage, AccountSummary, CallOf, Calls, CmsMethod, MapOptions, MapResult, Progress, Spelt } from "sonoran.js";
import type { SonoranResponse, Walk } from "sonoran.js";
import type { Account } from "sonoran.js";

const instance = Sonoran.instance({ apiKey: "x", communityId: "y", throwErrors: true });
const { cms } = instance;
const { signal } = new AbortController();
const ids = ["00000000-0000-0000-0000-000000000000"];

const walk: Walk<AccountSummary, AccountPage> = instance.walk.getAccountsV2({ banned: false }, { signal, timeout: 5_000 });
for await (const account of walk) console.log(account.accId satisfies string, walk.position, walk.total);
for await (const page of walk.pages()) console.log(page.data.items.length, page.requestId);
const [all, count]: [AccountSummary[], number] = [await walk.list(), await walk.count()];
for await (const row of instance.walk.getRosterV2(1)) console.log(row["name"], all, count);
const { getAccounts } = instance.walk;
getAccounts({ sysStatus: true }, signal);

// Several arguments, literal by literal and from a list.
const options: MapOptions = { concurrency: 4, progress: ({ done, total }: Progress) => [done, total], signal: undefined };
for await (const result of instance.map(cms.setAccountRanksV2, [[ids[0]!, { accId: ids[0]!, add: ["rank-1"] }]], options)) {
  const [accountId, payload] = result.arguments;
  const response: SonoranResponse<Account> = result.response;
  console.log(result.index satisfies number, accountId.length, payload.add, response.success);
}
const ranks = ids.map((id) => [id, { accId: id, add: ["rank-1"] }] as const);
for await (const { response } of instance.map(cms.setAccountRanksV2, ranks, signal)) console.log(response.success);
instance.map(cms.setAccountRanksV2, ids.map((id) => [id, { accId: id, add: ["rank-1"] }]));
const calls: CallOf<typeof cms.setAccountRanksV2>[] = [];
calls.push([ids[0]!, { accId: ids[0]! }]);
instance.map(cms.setAccountRanksV2, new Set(calls));

// One argument, in an array or alone; none; what may be left out; from a walk.
for await (const { response } of instance.map(cms.getAccountV2, ids)) {
  if (response.success) console.log((response.data satisfies Account).accName);
  else console.log(response.error.kind);
}
instance.map(cms.getAccountV2, [[ids[0]!]]);
instance.map(cms.getCommunityV2, [[], []]);
instance.map(cms.forceSyncV2, [ids[0]!, [ids[0]!], [ids[0]!, undefined], [ids[0]!, { accId: ids[0]! }]]);
instance.map(cms.verifyWhitelist, ["SOME_API_ID", { accId: ids[0]! }]);
async function* found() {
  for await (const { accId } of walk) yield accId;
}
instance.map(cms.getAccountV2, found());

// Calls from callbacks and pairs, objects of the caller's own with more fields, and those that are not documented.
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
declare const renames: Rename[];
declare const undocumented: Record<string, unknown>;
declare const anything: any[];
instance.map(cms.setAccountNameV2, renames.map((rename) => [ids[0]!, rename]));
instance.map(cms.setAccountRanksV2, ids.map((id) => [id, new Change(id, ["rank-1"])] as const));
instance.map(cms.setAccountRanksV2, ids.map((id, at) => [id, at > 0 ? { add: ["rank-1"] } : { set: [] }]));
instance.map(cms.setAccountNameV2, ids.map((id) => [id, { newName: "Alex", ...undocumented }]));
instance.map(cms.setAccountRanksV2, ids.map((id): CallOf<typeof cms.setAccountRanksV2> => [id, { set: [], ...{ quiet: 1 } }]));
instance.map(cms.setAccountNameV2, new Map<string, { newName: string }>());
instance.map(cms.clockAccountV2, ids.map((id) => [id, { intention: "in" }]));
instance.map(cms.getAccountsV2, [undocumented, { take: 25 }, null, [], [undefined]]);
instance.map(cms.getAccountsV2, ids.map(() => ({ banned: true })));
instance.map(cms.getAccountV2, anything);
declare const either: "getAccountV2" | "getAccountRanksV2";
instance.map(cms[either], ids);

// A function of the caller's own around it, for any method.
async function every<Method extends CmsMethod, Call extends CallOf<Method>>(
  method: Method,
  given: Calls<Call & Spelt<Call, CallOf<Method>>>,
): Promise<MapResult<Method>[]> {
  const results: MapResult<Method>[] = [];
  for await (const result of instance.map<Method, Call>(method, given)) results.push(result);
  return results;
}
await every(cms.setAccountRanksV2, ids.map((id) => [id, { accId: id, add: ["rank-1"] }]));

// @ts-expect-error A slip is one there, too.
await every(cms.setAccountRanksV2, ids.map((id) => [id, { accId: id, ad: ["rank-1"] }]));
// @ts-expect-error Not every list comes in pages.
instance.walk.getServersV2();
// @ts-expect-error A misspelt field of the query.
instance.walk.getAccountsV2({ baned: false });
// @ts-expect-error Call options are the last argument.
instance.walk.getAccountsV2({ timeout: 5_000 });
// @ts-expect-error An item has its own type.
for await (const account of walk) account.accId satisfies number;
// @ts-expect-error A method, and not its name.
instance.map("getAccountV2", ids);
// @ts-expect-error A payload is needed.
instance.map(cms.setAccountRanksV2, ids);
// @ts-expect-error A slip in one of the calls.
instance.map(cms.setAccountRanksV2, [[ids[0]!, { accId: ids[0]!, ad: ["rank-1"] }]]);
// @ts-expect-error One in what a callback gives.
instance.map(cms.setAccountRanksV2, ids.map((id) => [id, { accId: id, ad: ["rank-1"] }]), { concurrency: 4 });
// @ts-expect-error Beside what is right, and alone.
instance.map(cms.getAccountsV2, ids.map(() => ({ bannned: true, take: 25 })));
// @ts-expect-error In a constant.
instance.map(cms.setAccountRanksV2, ids.map((id) => [id, { accId: id, ad: ["rank-1"] }] as const));
// @ts-expect-error An item of a walk is no id.
instance.map(cms.getAccountV2, walk);
// @ts-expect-error A text is no list of calls.
instance.map(cms.getAccountV2, "text");
// @ts-expect-error An id is no number.
instance.map(cms.getAccountV2, [5]);
// @ts-expect-error Call options hold for all calls.
instance.map(cms.getAccountV2, [[ids[0]!, { timeout: 5 }]]);
// @ts-expect-error An option that does not exist.
instance.map(cms.getAccountV2, ids, { concurency: 4 });
