"""The emulator, started by the words given: it says where it is, answers, and ends when its input does."""

import json
import subprocess
import sys

from sonoran import Instance, productEnums


def main() -> None:
    command = [*sys.argv[1:], "--port", "0", "--exit-with-parent"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as emulator:
        assert emulator.stdin is not None
        assert emulator.stdout is not None
        url = json.loads(emulator.stdout.readline())["url"]
        for key, status in ("YOUR_API_KEY", 200), ("WRONG", 401):
            instance = Instance(
                apiKey=key, communityId="YOUR_COMMUNITY_ID", product=productEnums.CMS, serverId=1, apiUrl=url
            )
            response = instance.cms.getAccountsV2()
            print(response.status, response.success)
            assert response.status == status, response.reason
        emulator.stdin.close()
        assert emulator.wait(20) == 0, emulator.returncode


main()
