"""A chat bot that promotes members: `!promote 1234567890 rank-2`.

    python promotion_bot.py

It has the shape of a program with discord.py, an object whose `on_message` the library awaits for each
message; here messages come from standard input, so that it runs without an account there. SONORAN_API_KEY
and SONORAN_COMMUNITY_ID are the credential, which the emulator has as YOUR_API_KEY and YOUR_COMMUNITY_ID;
SONORAN_CMS_API_URL is the emulator's address.
"""

from __future__ import annotations

import asyncio
import os
import sys

from sonoran import AsyncInstance

PREFIX = "!promote "


class PromotionBot:
    """What would inherit from discord.Client."""

    def __init__(self, instance: AsyncInstance) -> None:
        self._instance = instance

    async def on_message(self, text: str) -> str | None:
        """The answer to a message, if it is for this bot. Others are answered meanwhile."""
        if not text.startswith(PREFIX):
            return None
        words = text[len(PREFIX) :].split()
        if len(words) != 2:
            return "Say !promote, the Discord id of a member, and the rank."
        return await self.promote(*words)

    async def promote(self, member: str, rank: str) -> str:
        found = await self._instance.cms.resolveDiscordAccountV2(member, deadline=10)
        # A response is true where its call succeeded.
        if not found:
            # Nobody has this id, or the service is down: the reason says which.
            return f"Not promoted: {found.reason}"
        account = found.data["accId"]
        changed = await self._instance.cms.setAccountRanksV2(account, {"accId": account, "add": [rank]})
        if changed:
            return f"{found.data['accName']} has the rank {rank} now."
        if changed.error.outcomeUnknown:
            return "The service did not answer: see whether the rank is there before you try again."
        return f"Not promoted: {changed.reason}"


async def main() -> None:
    async with AsyncInstance(
        apiKey=os.environ["SONORAN_API_KEY"], communityId=os.environ["SONORAN_COMMUNITY_ID"]
    ) as instance:
        bot = PromotionBot(instance)
        # A thread reads, for a terminal is nothing that every event loop can watch.
        while line := await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline):
            answer = await bot.on_message(line.strip())
            if answer is not None:
                print(answer, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
