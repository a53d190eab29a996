from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, overload

from typing_extensions import Never, Self, TypeVar, Unpack

from ._async_cms import AsyncCms
from ._async_map import AsyncResults
from ._map import Progress
from ._walks import AsyncWalks
from .instance import Base
from .options import CallOptions, CmsCredential, CmsOptions, InstanceOptions, PlainCredential, PlainOptions
from .response import Failed
from .types import MethodName

# As in instance.pyi.
_FailedT_co = TypeVar("_FailedT_co", bound=Failed, default=Failed, covariant=True)

# Of a method that is called many times: its arguments, and what it returns.
_OneT = TypeVar("_OneT")
_TwoT = TypeVar("_TwoT")
_ThreeT = TypeVar("_ThreeT")
_ResponseT = TypeVar("_ResponseT")
_Fields = Mapping[str, Any]

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
    # By how many arguments the method takes; a payload may be any mapping, as one without a type is.
    @overload
    def map(
        self,
        method: Callable[[], Awaitable[_ResponseT]],
        calls: Iterable[tuple[()]] | AsyncIterable[tuple[()]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[Any], Awaitable[_ResponseT]],
        calls: Iterable[_Fields | tuple[_Fields]] | AsyncIterable[_Fields | tuple[_Fields]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT], Awaitable[_ResponseT]],
        calls: Iterable[_OneT] | AsyncIterable[_OneT],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT], Awaitable[_ResponseT]],
        calls: Iterable[tuple[_OneT]] | AsyncIterable[tuple[_OneT]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT, _TwoT], Awaitable[_ResponseT]],
        calls: Iterable[tuple[_OneT, _TwoT | _Fields]] | AsyncIterable[tuple[_OneT, _TwoT | _Fields]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT, _TwoT, _ThreeT], Awaitable[_ResponseT]],
        calls: Iterable[tuple[_OneT, _TwoT, _ThreeT | _Fields]]
        | AsyncIterable[tuple[_OneT, _TwoT, _ThreeT | _Fields]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[..., Awaitable[_ResponseT]],
        calls: Iterable[tuple[Any, Any, Any, Any, Unpack[tuple[Any, ...]]]]
        | AsyncIterable[tuple[Any, Any, Any, Any, Unpack[tuple[Any, ...]]]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: MethodName,
        calls: Iterable[Any] | AsyncIterable[Any],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> AsyncResults: ...
    def close(self) -> None: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
