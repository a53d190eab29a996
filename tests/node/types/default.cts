// CommonJS with a default import, which `esModuleInterop` gives.

import Sonoran from "sonoran.js";
import { instance, productEnums } from "sonoran.js";

export const one: Sonoran.Instance = Sonoran.instance({ cmsApiKey: "x", cmsCommunityId: "y" });
export const two: Sonoran.Instance = instance({ apiKey: "x", communityId: "y", product: productEnums.CMS });
