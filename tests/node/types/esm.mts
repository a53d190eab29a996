// A TypeScript project of ES modules.

import Sonoran, { AuthError, instance, productEnums, SonoranError } from "sonoran.js";
import type { CallOptions, ErrorKind, Instance } from "sonoran.js";

const first: Instance = Sonoran.instance({ apiKey: "x", communityId: "y", product: Sonoran.productEnums.CMS });
const { cms } = instance({ cmsApiKey: "x", cmsCommunityId: "y", cmsDefaultServerId: 1, throwErrors: true });
const id = "00000000-0000-0000-0000-000000000000";
const { signal } = new AbortController();
const options: CallOptions = { signal, timeout: 5_000, deadline: 9_000, retries: 0 };

interface MyPayload {
  newName: string;
  extra?: number;
}
const mine: MyPayload = { newName: "Example" };

await cms.setAccountNameV2(id, mine, signal);
await cms.setAccountNameV2(id, { newName: "Example", unknownToUs: [1] }, options);
await cms.getAccountsV2();
await cms.getAccountsV2({ take: 25, banned: undefined }, { signal: AbortSignal.timeout(50) });
await cms.getAccountsV2(undefined, signal);
await cms.startActivityV2();
await cms.startActivityV2(undefined, signal);
await cms.createActivityV2(null, { accId: id, forceStart: true });
await cms.verifyWhitelistV2(1, { accId: id });
await first.cms.getCurrentSessionV2("1");
await cms.verifyWhitelist("SOME_API_ID");
await cms.verifyWhitelist({ accId: id }, signal);

const { free, nextFreeIn } = first.rateLimit("getAccountV2");
const slots: [number, number | null] = [free, nextFreeIn];
Sonoran.instance({ apiKey: "x", communityId: "y", onWait: ({ operation, expected }) => [operation, expected, slots] });

const page = (await cms.getAccountsV2()).unwrap();
const name: unknown = page.items?.[0]?.accName;
console.log(name, productEnums.RADIO);

try {
  await cms.getCommunityV2();
} catch (error) {
  if (error instanceof AuthError) {
    const kind: "auth" = error.kind;
    console.log(kind);
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
// @ts-expect-error A call option that does not exist.
await cms.getCommunityV2({ timout: 5 });
// @ts-expect-error There is no such operation.
await cms.getNothingV2();
// @ts-expect-error Without a look at `success`, data may be null.
(await cms.getAccountV2(id)).data.accName;
