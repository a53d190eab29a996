"""A small bot: tells when the session on the game server starts and ends, until it is told to end itself.

Its settings are variables of the environment, which ../compose.yaml sets.
"""

import os
import signal
import threading
from typing import Optional

from sonoran import Instance, productEnums

SECONDS_BETWEEN_LOOKS = float(os.environ.get("SECONDS_BETWEEN_LOOKS", "5"))


def connect() -> Instance:
    return Instance(
        apiKey=os.environ["SONORAN_API_KEY"],
        communityId=os.environ["SONORAN_COMMUNITY_ID"],
        product=productEnums.CMS,
        serverId=1,
    )


def told_to_end() -> threading.Event:
    """Is set by what `docker stop` and Ctrl-C send."""
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    return ending


def watch(instance: Instance, ending: threading.Event) -> None:
    known: Optional[str] = None
    while not ending.is_set():
        response = instance.cms.getCurrentSessionV2()
        if response.data:
            if response.data["id"] != known:
                known = response.data["id"]
                print(f"session {known} runs")
        elif response.error and response.error.kind == "notFound":
            if known:
                print(f"session {known} has ended")
            known = None
        else:
            # Not the bot's end: the next look may go well.
            print(f"the service was asked in vain: {response.reason}")
        ending.wait(SECONDS_BETWEEN_LOOKS)


def main() -> None:
    ending = told_to_end()
    watch(connect(), ending)
    print("ended")


if __name__ == "__main__":
    main()
