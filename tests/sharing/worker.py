"""Makes calls one after another, and prints what became of each: `cargo xtask share`, the gateway's demo and Python's tests
start several. How they share their key, the environment says.
"""

import sys

from sonoran import Instance

url, calls, window, ceiling = sys.argv[1:]
instance = Instance(
    apiKey="YOUR_API_KEY",
    communityId="YOUR_COMMUNITY_ID",
    apiUrl=url,
    rateWindow=int(window),
    ceilings={"getAccountV2": int(ceiling)},
)
for _ in range(int(calls)):
    response = instance.cms.getAccountV2("00000000-0000-0000-0000-000000000000")
    print(response.status, response.attempts, flush=True)
