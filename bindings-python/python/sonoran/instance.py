"""The object that a program makes once and calls through."""

from __future__ import annotations

from ._cms import Cms
from ._encode import encode, milliseconds
from ._execute import Executor
from ._native import Client
from .limit import RateLimitState
from .products import productEnums

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

_TIMES = ("timeout", "connectTimeout", "deadline", "maxWait", "rateWindow", "idleTimeout")


class Instance:
    """A client for one community; make one and share it, also between threads.

    Where a program keeps one credential per product, the options of the second line name the
    CMS's; they win over the plain names.

    apiKey, communityId, serverId: the credential, and the server that stands in where a call
        leaves its server id out (1).
    cmsApiKey, cmsCommunityId, cmsDefaultServerId, cmsApiUrl: the same and the address, for the CMS.
    product: productEnums.CMS.
    apiUrl: the address of the API; else the environment's SONORAN_CMS_API_URL, else the service's.
    apiHeaders: headers to send with every request.
    timeout: seconds for all attempts of a call and the pauses between them (30).
    connectTimeout: seconds for making a connection (10).
    deadline: seconds for a whole call, waiting for the rate limit included (none).
    retries: how often a failed attempt may be repeated (2).
    rateLimit: "wait" for a slot, "error" to fail at once, "off" to let the service count alone ("wait").
        Once a call has waited for a second, the logger "sonoran" says so, at level INFO.
    maxWait: seconds that a call may wait for slots (900).
    rateWindow: seconds in which the service counts (60); for emulators that count in fewer.
    ceilings: calls per minute by method name, instead of the documented ones.
    proxy: address of a proxy; else what the environment names.
    rootCertificates: certificates (PEM text) to trust beside the platform's.
    idleTimeout: seconds that an idle connection is kept (4).
    userAgentSuffix: what to append to the User-Agent header, such as your program's name.
    debug: write a line to standard error for each attempt; the key is never in it.
    throwErrors: raise failed calls as SonoranError instead of returning them.
    """

    cms: Cms

    def __init__(
        self,
        *,
        apiKey: str | None = None,
        communityId: str | None = None,
        product: productEnums | int = productEnums.CMS,
        serverId: int | None = None,
        defaultServerId: int | None = None,
        cmsApiKey: str | None = None,
        cmsCommunityId: str | None = None,
        cmsDefaultServerId: int | None = None,
        cmsApiUrl: str | None = None,
        apiUrl: str | None = None,
        apiHeaders: Mapping[str, str] | None = None,
        timeout: float | None = None,
        connectTimeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
        rateLimit: str | None = None,
        maxWait: float | None = None,
        rateWindow: float | None = None,
        ceilings: Mapping[str, int] | None = None,
        proxy: str | None = None,
        rootCertificates: Sequence[str] | None = None,
        idleTimeout: float | None = None,
        userAgentSuffix: str | None = None,
        debug: bool | None = None,
        throwErrors: bool = False,
    ) -> None:
        # First of all, so that these are the options and nothing else.
        options = {name: value for name, value in locals().items() if name not in ("self", "throwErrors")}
        for name in _TIMES:
            options[name] = milliseconds(name, options[name])
        if not isinstance(throwErrors, bool):
            raise TypeError(f"throwErrors must be true or false, not {type(throwErrors).__name__}")
        self._client = Client(_object(options))
        community, name = cmsCommunityId or communityId, productEnums(product).name
        self._shown = f"Instance(communityId={community!r}, product=productEnums.{name})"
        self.cms = Cms(Executor(self._client, throwErrors).execute)

    def rateLimit(self, operation: str) -> RateLimitState:
        """The rate limit of a method at this moment, by the method's name.

        It is what this process knows: what others send with the same key shows only in a refusal. Asking
        sends nothing. The methods of version 1 share one limit.

            if instance.rateLimit("getAccountV2").free:
                response = instance.cms.getAccountV2(accountId)

        Raises ValueError when there is no such method.
        """
        if not isinstance(operation, str):
            raise TypeError(f"operation must be a str, not {type(operation).__name__}")
        return RateLimitState(**self._client.rate_limit(operation))

    def close(self) -> None:
        """Closes the idle connections. Not needed, and a later call opens new ones."""
        self._client.close()

    def __enter__(self) -> Instance:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return self._shown


def _object(options: Mapping[str, object]) -> str:
    """Each option encoded by itself, so that an error names it."""
    fields = (f'"{name}":{encode(name, value)}' for name, value in options.items() if value is not None)
    return "{" + ",".join(fields) + "}"
