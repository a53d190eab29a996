from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from types import GenericAlias, TracebackType
from typing import Any, Generic, Literal, overload

from typing_extensions import Never, Self, TypeVar, Unpack

from ._cms import Cms
from ._map import MapResult, Progress
from ._walks import Walks
from .limit import RateLimitState
from .options import CmsCredential, CmsOptions, InstanceOptions, PlainCredential, PlainOptions
from .response import Failed, SonoranResponse
from .types import MethodName

# What methods return of a failed call: a Failed, or nothing where it is raised.
_FailedT_co = TypeVar("_FailedT_co", bound=Failed, default=Failed, covariant=True)

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
    def map(
        self,
        method: MethodName | Callable[..., SonoranResponse[Any]],
        calls: Iterable[Any],
        *,
        concurrency: int = 8,
        progress: Callable[[Progress], object] | None = None,
        timeout: float | timedelta | None = None,
        deadline: float | timedelta | None = None,
        retries: int | None = None,
        maxWait: float | timedelta | None = None,
        rateLimit: Literal["wait", "error", "off"] | None = None,
    ) -> Iterator[MapResult]: ...
    def close(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
