"""The object that a program makes once and calls through. The types stand in instance.pyi."""

from ._cms import Cms
from ._execute import Executor
from ._native import Client
from ._options import gathered

# In milliseconds, as the service counts.
_WINDOW = 60_000


class Base:
    """What is the same whether calls block or are awaited."""

    # In annotations: what methods return of a failed call.
    __class_getitem__ = classmethod(type(list[int]))

    # Of one that could not be made.
    _shown = "not made"

    def __init__(self, options=None, /, **keywords):
        refusal = None
        try:
            self._make(gathered(options, keywords))
        except BaseException as error:
            refusal = error
        # A report of an error that shows the values of variables shall not show the key: neither here nor in
        # the frames that had it.
        del options, keywords
        if refusal is not None:
            refusal.__cause__ = refusal.__context__ = None
            try:
                raise refusal.with_traceback(None)
            finally:
                del refusal

    def _make(self, options):
        # Not before somebody needs it: it takes enum along.
        from .products import productEnums

        throws = options.pop("throwErrors", None)
        if not isinstance(throws, (bool, type(None))):
            raise TypeError(f"throwErrors must be true or false, not {type(throws).__name__}")
        # As None is for every option, it is not given then.
        if options.get("product") is None:
            options["product"] = productEnums.CMS
        product = options["product"]
        self._client, self.cms = self._connected(options, bool(throws))
        self._window = options.get("rateWindow", _WINDOW) / 1000
        community = options.get("cmsCommunityId") or options.get("communityId")
        self._shown = f"communityId={community!r}, product=productEnums.{productEnums(product).name}"

    def __setattr__(self, name, value):
        # A subclass has attributes of its own, and tests replace what is there.
        own = type(self).__module__.partition(".")[0] != __package__
        there = hasattr(type(self), name) and callable(value)
        if not (own or there or name.startswith("_") or name == "cms"):
            raise AttributeError(
                f"{type(self).__name__} takes no attribute {name}: options are given when it is made, and "
                f"those of one call by name, as in getCommunityV2(timeout=5)"
            )
        object.__setattr__(self, name, value)

    def rateLimit(self, operation):
        """The rate limit of a method at this moment, by the method's name.

        It is what this process knows: what others send with the same key shows only in a refusal. Asking
        sends nothing. The methods of version 1 share one limit.

            if instance.rateLimit("getAccountV2").free:
                response = instance.cms.getAccountV2(accountId)

        Raises ValueError when there is no such method.
        """
        if not isinstance(operation, str):
            raise TypeError(f"operation must be a str, not {type(operation).__name__}")
        from .limit import RateLimitState

        return RateLimitState(**self._client.rate_limit(operation))

    def __repr__(self):
        return f"{type(self).__name__}({self._shown})"


class Instance(Base):
    """A client for one community; make one and share it, also between threads.

    The options are given by name, or as one mapping, or both; those by name win. Where a program keeps
    one credential per product, the options of the second line name the CMS's; beside the plain names
    they must say the same. Those of the other products (cadApiKey, radioApiKey and the like) are taken
    and not used.
    A time is a number of seconds or a timedelta.

    apiKey, communityId, serverId: the credential, and the server that stands in where a call
        leaves its server id out (1).
    cmsApiKey, cmsCommunityId, cmsDefaultServerId, cmsApiUrl: the same and the address, for the CMS.
    product: productEnums.CMS.
    apiUrl: the address of the API; else the environment's SONORAN_CMS_API_URL, else the service's.
    allowPlainHttp: take an http address that is not this machine's, in a test network (False).
    apiHeaders: headers to send with every request: a mapping, or pairs.
    timeout: time for all attempts of a call and the pauses between them (30).
    connectTimeout: time for making a connection (10).
    deadline: time for a whole call, waiting for the rate limit included (none).
    retries: how often a failed attempt may be repeated (2).
    rateLimit: "wait" for a slot, "error" to fail at once, "off" to let the service count alone ("wait").
        Once a call has waited for a second, the logger "sonoran" says so, at level INFO.
    maxWait: time that a call may wait for slots; it fails at once where that is known to be too short (none).
    shareLimits: who shares the limits: this "process", all of this "machine" that say so, or all that name
        the same Valkey or Redis server by its URL; by default what the environment's SONORAN_SHARE_LIMITS
        says, else "process".
    shareLimitsFolder: folder of the files a machine's share through, a whole path (what the environment's
        SONORAN_SHARE_LIMITS_FOLDER says, else one of the user's own in the temporary folder).
    shareLimitsFallback: while limits can't be shared, count alone at a part of each ("divide"), or "refuse"
        calls (what SONORAN_SHARE_LIMITS_FALLBACK says, else "divide").
    shareLimitsMembers: into how many parts (what SONORAN_SHARE_LIMITS_MEMBERS says, else 2).
    rateWindow: time in which the service counts (60); for emulators that count in less.
    ceilings: calls per minute by method name, instead of the documented ones.
    proxy: address of a proxy; else what the environment names.
    rootCertificates: certificates (PEM text) to trust beside the platform's.
    idleTimeout: time that an idle connection is kept (4).
    userAgentSuffix: what to append to the User-Agent header, such as your program's name.
    debug: write a line to standard error for each attempt; the key is never in it.
    throwErrors: raise failed calls as SonoranError instead of returning them.
    onAttempt, onWait: called with each Attempt of a call, and with a Wait where one has waited for its
        rate limit for a second, in the context of the code that makes the call. What they raise is no
        matter of the call.
    """

    _many = None

    def _connected(self, options, throws):
        client = Client(options)
        return client, Cms(Executor(client, throws).execute)

    @property
    def walk(self):
        """The lists that come in pages: each of its methods gives a Walk over the items.

        for account in instance.walk.getAccountsV2({"banned": False}):
            print(account["accName"])
        """
        from ._walk import Starter, Walk
        from ._walks import PAGED, Walks

        return Walks(Starter(Walk, PAGED, self.cms._execute).start)

    def map(self, method, calls, *, concurrency=8, progress=None, **bounds):
        """Makes many calls of one method, a few at a time, and gives a MapResult for each as it comes.

            calls = [(accId, {"accId": accId, "add": ["rank-1"]}) for accId in accIds]
            for result in instance.map("setAccountRanksV2", calls):
                print(result.index, result.arguments[0], result.response.success)

        method: a method of `instance.cms`, or its name.
        calls: of each call the arguments, a plain or named tuple for several.
        concurrency: how many are under way at a time (8); those that wait for the rate limit are, too.
        progress: called with a Progress for each response.
        bounds: the call options timeout, deadline, retries, maxWait and rateLimit, for each call.

        A failed call is no exception here, whatever the instance says. Misuse in a call is raised once the
        responses to those under way are given. Whoever leaves the loop ends the calls under way; of a map
        that has a name, its `close()` does. Nothing is sent before the first result is asked for, and a map
        that is dropped before warns.
        """
        from ._blocking_map import Results, mapped
        from ._map import Plan

        plan = Plan(self.cms, method, calls, concurrency, progress, bounds, self.rateLimit, self._window)
        if self._many is None:
            # Calls that no thread waits in have connections of their own.
            self._many = self._client.awaited()
        return Results(mapped(self._many, plan), plan.operation)

    def close(self):
        """Ends the calls under way and closes the connections.

        A call that another thread waits for raises `concurrent.futures.CancelledError`, and a later one
        RuntimeError. `with Instance(...) as instance:` does it at the end.
        """
        self._client.close()
        if self._many is not None:
            self._many.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        self.close()
