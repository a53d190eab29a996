"""The door of a game server: may this member join?

    python door_check.py discord:1234567890 ...

SONORAN_API_KEY and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and
YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address. A refusal, an unknown member and an outage
are three things: in the last case the list that was saved before decides, so that a restart of the service
locks nobody out.
"""

from __future__ import annotations

import os
import sys
import threading
from enum import Enum

from sonoran import Instance
from sonoran.types import VerifyWhitelistPayload

# Somebody waits at the door.
PATIENCE = 5
RENEWAL = 300


class Answer(Enum):
    WELCOME = "welcome"
    NOT_WHITELISTED = "you are not on this server's whitelist"
    UNKNOWN = "link your account to the community first"
    ASK_LATER = "the door cannot be checked now, try again in a minute"


class Door:
    """The door of one server, with the list that it had last."""

    def __init__(self, instance: Instance, server: int) -> None:
        self._instance = instance
        self._server = server
        self._saved: set[str] | None = None

    def renew(self) -> None:
        """Saves the list; where it can't be had, the old one stays."""
        response = self._instance.cms.getWhitelistV2(self._server)
        if response.data is not None:
            self._saved = {identifier for entry in response.data for identifier in entry["apiIds"]}
        else:
            print(f"the list could not be renewed: {response.reason}", file=sys.stderr)

    def ask(self, kind: str, value: str) -> Answer:
        """Whether a member may join, by one of their identifiers, such as discord and 1234567890."""
        member: VerifyWhitelistPayload = {"discord": value} if kind == "discord" else {"apiId": value}
        response = self._instance.cms.verifyWhitelistV2(self._server, member, deadline=PATIENCE)
        failure = response.error
        if failure is None:
            return Answer.WELCOME
        if failure.refusal in ("notWhitelisted", "blockedFromWhitelist"):
            return Answer.NOT_WHITELISTED
        if failure.refusal == "unknownAccount":
            return Answer.UNKNOWN
        # Of the member that says nothing: the set-up is wrong, or the service is down.
        print(f"no answer for {kind}:{value}: {response.reason}", file=sys.stderr)
        if self._saved is None:
            return Answer.ASK_LATER
        return Answer.WELCOME if f"{kind}:{value}" in self._saved else Answer.NOT_WHITELISTED


def keep_renewing(door: Door, ended: threading.Event) -> None:
    while not ended.wait(RENEWAL):
        door.renew()


def main() -> None:
    key, community = os.environ["SONORAN_API_KEY"], os.environ["SONORAN_COMMUNITY_ID"]
    ended = threading.Event()
    with Instance(apiKey=key, communityId=community) as instance:
        door = Door(instance, server=1)
        door.renew()
        threading.Thread(target=keep_renewing, args=(door, ended), daemon=True).start()
        for identifier in sys.argv[1:]:
            kind, _, value = identifier.partition(":")
            print(f"{identifier}: {door.ask(kind, value).value}")
        ended.set()


if __name__ == "__main__":
    main()
