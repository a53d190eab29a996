"""The same object for programs with an event loop. The types stand in async_instance.pyi."""

from ._async_cms import AsyncCms
from ._execute import AsyncExecutor
from ._native import AsyncClient
from .instance import Base


class AsyncInstance(Base):
    """A client for one community whose calls are awaited; make one and share it, also between event loops.

    It takes the options of `Instance`, and can be made before any event loop runs.

        async with AsyncInstance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID") as instance:
            response = await instance.cms.getCommunityV2()

    Cancelling a call, as `asyncio.timeout` does, drops its request or its place in the line.
    """

    def _connected(self, options, throws):
        client = AsyncClient(options)
        return client, AsyncCms(AsyncExecutor(client, throws).execute)

    def close(self):
        """Ends the calls under way, which are cancelled, and closes the connections.

        Later calls raise RuntimeError. `async with AsyncInstance(...) as instance:` does it at the end.
        """
        self._client.close()

    async def aclose(self):
        """The same as `close`, to be awaited."""
        self._client.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        await self.aclose()
