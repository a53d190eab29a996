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

    @property
    def walk(self):
        """The lists that come in pages: each of its methods gives an AsyncWalk over the items.

        async for account in instance.walk.getAccountsV2({"banned": False}):
            print(account["accName"])
        """
        from ._walk import AsyncWalk, Starter
        from ._walks import PAGED, AsyncWalks

        return AsyncWalks(Starter(AsyncWalk, PAGED, self.cms._execute).start)

    def map(self, method, calls, *, concurrency=8, progress=None, **bounds):
        """Makes many calls of one method, a few at a time, and gives a MapResult for each as it comes.

            calls = [(accId, {"accId": accId, "add": ["rank-1"]}) for accId in accIds]
            async for result in instance.map("setAccountRanksV2", calls):
                print(result.index, result.arguments[0], result.response.success)

        method: a method of `instance.cms`, or its name.
        calls: of each call the arguments, a plain or named tuple for several; also by `async for`.
        concurrency: how many are under way at a time (8); those that wait for the rate limit are, too.
        progress: called with a Progress for each response.
        bounds: the call options timeout, deadline, retries, maxWait and rateLimit, for each call.

        A failed call is no exception here, whatever the instance says. Misuse in a call is raised once the
        responses to those under way are given. Whoever leaves the loop ends the calls under way; of a map
        that has a name, its `aclose()` does. Nothing is sent before the first result is asked for, and a map
        that is dropped before warns.
        """
        from ._async_map import AsyncResults, mapped
        from ._map import Plan

        plan = Plan(self.cms, method, calls, concurrency, progress, bounds, self.rateLimit, self._window)
        return AsyncResults(mapped(AsyncExecutor(self._client, False).execute, plan), plan.operation)

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
