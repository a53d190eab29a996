// A TypeScript project of ES modules.

import Sonoran, { AuthError, BlockedError, instance, productEnums, SonoranError, UnavailableError } from "sonoran.js";
import type { CallOptions, ErrorKind, Instance, InstanceOptions, Refusal } from "sonoran.js";

const first = Sonoran.instance({ apiKey: "x", communityId: "y", product: Sonoran.productEnums.CMS });
const { cms } = first;
const either: Instance = instance({ cmsApiKey: "x", cmsCommunityId: "y", cmsDefaultServerId: 1, throwErrors: true });
const id = "00000000-0000-0000-0000-000000000000";
const { signal } = new AbortController();
const options: CallOptions = { signal, timeout: 5_000, deadline: 9_000, retries: 0, maxWait: 1_000, rateLimit: "error" };
const everything: InstanceOptions = {
  ...{ cadApiKey: "x", cadCommunityId: "x", cadDefaultServerId: 1, cadApiUrl: "https://example.com" },
  ...{ radioApiKey: "x", radioCommunityId: "x", radioDefaultServerId: "1", radioApiUrl: "https://example.com" },
  ...{ cmsApiKey: "x", cmsCommunityId: "y", serverId: "1", maxWait: null, allowPlainHttp: false },
  radioServerUrl: "https://example.com",
  radioRoomId: 1,
  roomId: "1",
  apiHeaders: new Headers({ "x-trace": "7" }),
};
const headers: Array<InstanceOptions["apiHeaders"] & {}> = [{ a: "1" }, new Map([["a", "1"]]), [["a", "1"]]];

interface MyPayload {
  newName: string;
  extra?: number;
}
const mine: MyPayload = { newName: "Example" };

await cms.setAccountNameV2(id, mine, signal);
await cms.setAccountNameV2(id, { newName: "Example", ...{ unknownToUs: [1] } }, options);
await cms.getAccountsV2();
await cms.getAccountsV2({ take: 25, banned: undefined }, { signal: AbortSignal.timeout(50) });
const perhaps: { signal: AbortSignal | undefined; timeout: number | undefined } = { signal, timeout: undefined };
await cms.getCommunityV2(perhaps);
await cms.getCommunityV2({ signal: null, timeout: null, deadline: null, retries: null, maxWait: null, rateLimit: null });
const withProduct = { apiKey: "x", communityId: "y", product: Sonoran.productEnums.CMS };
Sonoran.instance(withProduct);
await cms.getAccountsV2(undefined, signal);
await cms.startActivityV2();
await cms.startActivityV2(undefined, signal);
await cms.createActivityV2(null, { accId: id, forceStart: true });
await cms.createActivityV2(1);
await cms.forceSyncV2(id);
await cms.undoRankChangeV2(id, undefined, signal);
await cms.setServersV2({ servers: [{ name: "One", ip: null, port: 30120 }] });
await cms.verifyWhitelistV2(1, { apiId: "1234567890" });
await cms.verifyWhitelistV2(1, { accId: id });
await first.cms.getCurrentSessionV2("1");
await first.cms.getCurrentSessionV2(1n);
await cms.resolveDiscordAccountV2(123456789012345678n);
const { getAccountV2 } = cms;
await getAccountV2(id, signal);
await cms.verifyWhitelist("SOME_API_ID");
await cms.verifyWhitelist({ accId: id }, signal);

const { free, nextFreeIn } = first.rateLimit("getAccountV2");
const slots: [number, number | null] = [free, nextFreeIn];
Sonoran.instance({ apiKey: "x", communityId: "y", onWait: ({ operation, expected }) => [operation, expected, slots] });

const answer = await cms.getAccountV2(id, options);
const report: [string | null, number, number] = [answer.requestId, answer.attempts, answer.waited];
if (!answer.success) {
  const refusal: Refusal | null = answer.error.refusal;
  const blocked: boolean = refusal === "notWhitelisted" || refusal === "one of the future";
  const trace: string | null = answer.error.traceId;
  switch (answer.error.kind) {
    case "unavailable":
    case "blocked":
      console.log(blocked, trace, report, everything, headers);
  }
}

const page = (await cms.getAccountsV2()).unwrap();
const name: string | undefined = page.items[0]?.accName;
const total: number = page.total;
const owner: string = (await cms.getAccountV2(id)).unwrap().accId;
const unknown: unknown = (await cms.getAccountV2(id)).unwrap().unknownToUs;
console.log(name, total, owner, unknown, either, productEnums.RADIO);

try {
  await cms.getCommunityV2();
} catch (error) {
  if (error instanceof AuthError) {
    const kind: "auth" = error.kind;
    console.log(kind);
  } else if (error instanceof UnavailableError || error instanceof BlockedError) {
    const kind: "unavailable" | "blocked" = error.kind;
    console.log(kind, error.waited, error.traceId, error.refusal);
  } else if (error instanceof SonoranError) {
    const kind: ErrorKind = error.kind;
    console.log(kind, error.retryAfter, error.problem?.["errors"]);
  }
}

// @ts-expect-error An option that does not exist.
Sonoran.instance({ apiKey: "x", communityId: "y", timout: 5 });
// @ts-expect-error An id is needed.
await cms.getAccountV2();
// @ts-expect-error An id is no object.
await cms.getAccountV2({});
// @ts-expect-error A payload is needed.
await cms.setAccountNameV2(id);
// @ts-expect-error A payload is an object.
await cms.setAccountNameV2(id, "Example");
// @ts-expect-error A text or an object.
await cms.verifyWhitelist(7);
// @ts-expect-error There is no such operation.
first.rateLimit("getNothingV2");
// @ts-expect-error A controller is no signal.
await cms.getAccountV2(id, new AbortController());
// @ts-expect-error Nor is it a payload.
await cms.setAccountRanksV2(id, new AbortController());
// @ts-expect-error A product that is not served.
Sonoran.instance({ apiKey: "x", communityId: "y", product: 7 });
// @ts-expect-error A call option that does not exist.
await cms.getCommunityV2({ timout: 5 });
// @ts-expect-error A mode that does not exist.
await cms.getCommunityV2({ rateLimit: "never" });
// @ts-expect-error There is no such kind.
if (!answer.success && answer.error.kind === "unavailible") console.log(answer);
// @ts-expect-error A call option is no field of a query.
await cms.getAccountsV2({ take: 25, timeout: 5_000 });
// @ts-expect-error Nor is a mode, or a wait.
await cms.getAccountsV2({ rateLimit: "error", maxWait: 5 });
// @ts-expect-error A signal goes behind the query.
await cms.getAccountsV2({ signal });
// @ts-expect-error A signal is no query.
await cms.getAccountsV2(signal);
// @ts-expect-error Nor is a text.
await cms.getAccountsV2("take=25");
// @ts-expect-error Nor are call options.
await cms.getAccountsV2(options);
// @ts-expect-error A call option is no field of a payload.
await cms.setAccountNameV2(id, { newName: "Example", retries: 0 });
// @ts-expect-error A signal is no payload.
await cms.setAccountRanksV2(id, signal);
// @ts-expect-error Nor where the payload may be left out.
await cms.forceSyncV2(id, signal);
// @ts-expect-error A list is no payload.
await cms.setAccountRanksV2(id, ["rank-1"]);
// @ts-expect-error A number is no server.
Sonoran.instance({ apiKey: "x", communityId: "y", serverId: true });
// @ts-expect-error A header is a text.
Sonoran.instance({ apiKey: "x", communityId: "y", apiHeaders: { a: 1 } });
// @ts-expect-error There is no such operation.
await cms.getNothingV2();
// @ts-expect-error Without a look at `success`, data may be null.
(await cms.getAccountV2(id)).data.accName;

Sonoran.instance({
  apiKey: "x",
  communityId: "y",
  onAttempt: ({ call }) => (call.result?.success === false ? call.result.reason : call.operation),
});

async function disposing() {
  using one = Sonoran.instance({ apiKey: "x", communityId: "y" });
  await using two = Sonoran.instance({ apiKey: "x", communityId: "y" });
  return [await one.cms.getCommunityV2(), await two.cms.getCommunityV2()];
}
await disposing();
