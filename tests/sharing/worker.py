"""Makes calls one after another, and prints what became of each: `cargo xtask share` and Python's tests start several."""

import sys

from sonoran import Instance

url, shared, calls, window, ceiling = sys.argv[1:]
through_files = {"shareLimits": "machine", "shareLimitsFolder": shared}
through = {"shareLimits": shared} if ":" in shared else through_files
instance = Instance(
    apiKey="YOUR_API_KEY",
    communityId="YOUR_COMMUNITY_ID",
    apiUrl=url,
    rateWindow=int(window),
    ceilings={"getAccountV2": int(ceiling)},
    **through,
)
for _ in range(int(calls)):
    response = instance.cms.getAccountV2("00000000-0000-0000-0000-000000000000")
    print(response.status, response.attempts, flush=True)
