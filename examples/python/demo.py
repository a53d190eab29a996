"""Sonoran.py at work: writing and reading back, a bad key, a rate limit that is waited out.

cargo xtask demo --lang python runs it against the emulator, whose address is in SONORAN_CMS_API_URL.
"""

import time

from sonoran import Instance, productEnums

ACCOUNT = "00000000-0000-0000-0000-000000000000"


def connect(key: str) -> Instance:
    return Instance(apiKey=key, communityId="YOUR_COMMUNITY_ID", product=productEnums.CMS, serverId=1)


def write_and_read_back(instance: Instance) -> None:
    print("Writing and reading back")
    written = instance.cms.setAccountNameV2(ACCOUNT, {"newName": "Demo Name"})
    print(f"  written: {written.data}")
    account = instance.cms.getAccountV2(ACCOUNT).unwrap()
    print(f"  read back: {account['accName']}")


def show_bad_key() -> None:
    print("A bad key is an answer, not an exception")
    response = connect("A_WRONG_KEY").cms.getAccountV2(ACCOUNT)
    assert response.error is not None
    print(f"  success {response.success}, kind {response.error.kind}: {response.reason}")


def wait_out_rate_limit(instance: Instance) -> None:
    print("Five calls where the emulator allows three in two seconds")
    start = time.monotonic()
    for number in range(1, 6):
        response = instance.cms.getSubVersionV2()
        print(f"  call {number}: success {response.success} after {time.monotonic() - start:.1f} s")


def main() -> None:
    instance = connect("YOUR_API_KEY")
    write_and_read_back(instance)
    show_bad_key()
    wait_out_rate_limit(instance)


if __name__ == "__main__":
    main()
