from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Literal, Protocol
from uuid import UUID

from ._cms import Cms
from .limit import RateLimitState
from .products import productEnums

class _HasItems(Protocol):
    def items(self) -> Iterable[tuple[str, Any]]: ...

class Base:
    def __init__(
        self,
        options: Mapping[str, Any] | None = None,
        /,
        *,
        apiKey: str | None = None,
        communityId: str | UUID | None = None,
        product: productEnums | int | None = None,
        serverId: int | str | None = None,
        defaultServerId: int | str | None = None,
        cmsApiKey: str | None = None,
        cmsCommunityId: str | UUID | None = None,
        cmsDefaultServerId: int | str | None = None,
        cmsApiUrl: str | None = None,
        cadApiKey: str | None = None,
        cadCommunityId: str | UUID | None = None,
        cadDefaultServerId: int | str | None = None,
        cadApiUrl: str | None = None,
        radioApiKey: str | None = None,
        radioCommunityId: str | int | UUID | None = None,
        radioDefaultServerId: int | str | None = None,
        radioApiUrl: str | None = None,
        radioServerUrl: str | None = None,
        radioRoomId: int | str | None = None,
        roomId: int | str | None = None,
        apiUrl: str | None = None,
        allowPlainHttp: bool | None = None,
        apiHeaders: _HasItems | Iterable[tuple[str, str]] | None = None,
        timeout: float | timedelta | None = None,
        connectTimeout: float | timedelta | None = None,
        deadline: float | timedelta | None = None,
        retries: int | None = None,
        rateLimit: Literal["wait", "error", "off"] | None = None,
        maxWait: float | timedelta | None = None,
        rateWindow: float | timedelta | None = None,
        ceilings: Mapping[str, int] | None = None,
        proxy: str | None = None,
        rootCertificates: Sequence[str] | None = None,
        idleTimeout: float | timedelta | None = None,
        userAgentSuffix: str | None = None,
        debug: bool | None = None,
        throwErrors: bool | None = None,
    ) -> None: ...
    def rateLimit(self, operation: str) -> RateLimitState: ...

class Instance(Base):
    cms: Cms
    def close(self) -> None: ...
    def __enter__(self) -> Instance: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
