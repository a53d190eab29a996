from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import Any, Literal, overload

from typing_extensions import Never, Self, TypeVar, Unpack

from ._async_cms import AsyncCms
from ._map import MapResult, Progress
from ._walks import AsyncWalks
from .instance import Base
from .options import CmsCredential, CmsOptions, InstanceOptions, PlainCredential, PlainOptions
from .response import Failed, SonoranResponse
from .types import MethodName

# As in instance.pyi.
_FailedT_co = TypeVar("_FailedT_co", bound=Failed, default=Failed, covariant=True)

class AsyncInstance(Base[_FailedT_co]):
    cms: AsyncCms[_FailedT_co]
    # As those of Instance.
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[False] | None = None,
        **keywords: Unpack[PlainCredential],
    ) -> None: ...
    @overload
    def __init__(
        self: AsyncInstance[Never],
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[True],
        **keywords: Unpack[PlainCredential],
    ) -> None: ...
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: bool,
        **keywords: Unpack[PlainCredential],
    ) -> None: ...
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[False] | None = None,
        **keywords: Unpack[CmsCredential],
    ) -> None: ...
    @overload
    def __init__(
        self: AsyncInstance[Never],
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: Literal[True],
        **keywords: Unpack[CmsCredential],
    ) -> None: ...
    @overload
    def __init__(
        self,
        options: InstanceOptions | None = None,
        /,
        *,
        throwErrors: bool,
        **keywords: Unpack[CmsCredential],
    ) -> None: ...
    @overload
    def __init__(
        self, options: PlainOptions | CmsOptions, /, **keywords: Unpack[InstanceOptions]
    ) -> None: ...
    @property
    def walk(self) -> AsyncWalks: ...
    def map(
        self,
        method: MethodName | Callable[..., Awaitable[SonoranResponse[Any]]],
        calls: Iterable[Any] | AsyncIterable[Any],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        timeout: float | timedelta | None = None,
        deadline: float | timedelta | None = None,
        retries: int | None = None,
        maxWait: float | timedelta | None = None,
        rateLimit: Literal["wait", "error", "off"] | None = None,
    ) -> AsyncIterator[MapResult]: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
