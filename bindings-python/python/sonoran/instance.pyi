from collections.abc import Callable, Iterable, Mapping
from types import GenericAlias, TracebackType
from typing import Any, Generic, Literal, overload

from typing_extensions import Never, Self, TypeVar, Unpack

from ._blocking_map import Results
from ._cms import Cms
from ._map import Progress
from ._walks import Walks
from .limit import RateLimitState
from .options import CallOptions, CmsCredential, CmsOptions, InstanceOptions, PlainCredential, PlainOptions
from .response import Failed
from .types import MethodName

# What methods return of a failed call: a Failed, or nothing where it is raised.
_FailedT_co = TypeVar("_FailedT_co", bound=Failed, default=Failed, covariant=True)

# Of a method that is called many times: its arguments, and what it returns.
_OneT = TypeVar("_OneT")
_TwoT = TypeVar("_TwoT")
_ThreeT = TypeVar("_ThreeT")
_ResponseT = TypeVar("_ResponseT")
_Fields = Mapping[str, Any]

class Base(Generic[_FailedT_co]):
    def __init__(
        self, options: InstanceOptions | None = None, /, **keywords: Unpack[InstanceOptions]
    ) -> None: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...
    def rateLimit(self, operation: MethodName) -> RateLimitState: ...

class Instance(Base[_FailedT_co]):
    cms: Cms[_FailedT_co]
    # A checker that cannot tell takes the first.
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
        self: Instance[Never],
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
        self: Instance[Never],
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
    def walk(self) -> Walks: ...
    # By how many arguments the method takes; a payload may be any mapping, as one without a type is.
    @overload
    def map(
        self,
        method: Callable[[], _ResponseT],
        calls: Iterable[tuple[()]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[Any], _ResponseT],
        calls: Iterable[_Fields | tuple[_Fields]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT], _ResponseT],
        calls: Iterable[_OneT],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT], _ResponseT],
        calls: Iterable[tuple[_OneT]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT, _TwoT], _ResponseT],
        calls: Iterable[tuple[_OneT, _TwoT | _Fields]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[[_OneT, _TwoT, _ThreeT], _ResponseT],
        calls: Iterable[tuple[_OneT, _TwoT, _ThreeT | _Fields]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: Callable[..., _ResponseT],
        calls: Iterable[tuple[Any, Any, Any, Any, Unpack[tuple[Any, ...]]]],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results[_ResponseT | Failed]: ...
    @overload
    def map(
        self,
        method: MethodName,
        calls: Iterable[Any],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        **bounds: Unpack[CallOptions],
    ) -> Results: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
