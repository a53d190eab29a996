// Options: credentials, settings in pieces, and what `throwErrors` makes of the responses.

import Sonoran, { Instance } from "sonoran.js";
import type { Cms, CmsApiKeyOptions, InstanceOptions, InstanceSettings, MethodName, SonoranResponse } from "sonoran.js";
import type { Account, SonoranSuccess } from "sonoran.js";

const id = "00000000-0000-0000-0000-000000000000";
const key = { apiKey: "x", communityId: "y" };

// In pieces, as from a configuration.
declare const environment: Record<string, string | undefined>;
const settings: InstanceSettings = { timeout: undefined, retries: 0, ceilings: { getAccountV2: 10 } };
settings.rateLimit = "error";
const options: InstanceOptions = { ...settings, ...key, proxy: environment["PROXY"] };
const ofProducts: CmsApiKeyOptions = { ...settings, cmsApiKey: "x", cmsCommunityId: "y" };
const any: Instance[] = [Sonoran.instance(options), Sonoran.instance(ofProducts), new Instance(options)];

// Failures reject: what comes is a success.
const throwing = Sonoran.instance({ ...key, throwErrors: true });
const ofClass = new Instance({ ...key, throwErrors: true });
const success: SonoranSuccess<Account> = await throwing.cms.getAccountV2(id);
const account: Account = (await ofClass.cms.getAccountV2(id)).data;
const accId: string = account.accId;

// Failures are in the response, where that is not asked for, or not known.
const telling = Sonoran.instance(key);
const response: SonoranResponse<Account> = await telling.cms.getAccountV2(id);
const either: SonoranResponse<Account> = await any[0]!.cms.getAccountV2(id);
const switched = Sonoran.instance({ ...key, throwErrors: Math.random() < 0.5 });
const perhaps: SonoranResponse<Account> = await switched.cms.getAccountV2(id);

// Either kind is an `Instance`, also where it is kept.
async function names(instance: Instance, cms: Cms): Promise<string[]> {
  const found = (await cms.getAccountV2(id)).unwrap().accName;
  return [found, (await instance.cms.getCommunityV2()).unwrap().name];
}
class Bot {
  constructor(readonly sonoran: Instance) {}
}
await names(throwing, throwing.cms);
await names(telling, telling.cms);
new Bot(throwing);

const methods: MethodName[] = ["getAccountV2", "verifyWhitelist"];
methods.map((name) => telling.rateLimit(name).free);
console.log(success, accId, response, either, perhaps);

// @ts-expect-error A response that may be a failure has no data for certain.
(await telling.cms.getAccountV2(id)).data.accId;
// @ts-expect-error So it is where nobody knows.
(await switched.cms.getAccountV2(id)).data.accId;
// @ts-expect-error What tells failures does not throw them.
const wrong: Instance<true> = telling;
// @ts-expect-error The community is missing.
Sonoran.instance({ apiKey: "x" });
// @ts-expect-error The key is missing.
Sonoran.instance({ cmsCommunityId: "y" });
// @ts-expect-error One of each form is none.
Sonoran.instance({ apiKey: "x", cmsCommunityId: "y" });
// @ts-expect-error A key that may be missing is none.
Sonoran.instance({ apiKey: environment["KEY"], communityId: "y" });
// @ts-expect-error Settings have no credential.
Sonoran.instance(settings);
// @ts-expect-error Nothing at all.
new Instance();
// @ts-expect-error An option that is misspelt.
Sonoran.instance({ ...key, throwErors: true, cmsApiKey: "x" });
// @ts-expect-error A method that there is not.
Sonoran.instance({ ...key, ceilings: { getAcountV2: 10 } });
// @ts-expect-error A mode that there is not.
settings.rateLimit = "wiat";
// @ts-expect-error A method's name is none that anybody makes up.
methods.push("getNothingV2");
console.log(wrong);
