from types import GenericAlias
from typing import Any, Generic, Literal

from typing_extensions import Never, Self, TypeVar

from ._record import Record
from .types import ErrorKind

_DataT_co = TypeVar("_DataT_co", covariant=True)

class Failure(Record):
    kind: ErrorKind
    problem: dict[str, Any] | None
    retryAfter: float | None
    attempts: int
    operation: str
    requestId: str | None
    outcomeUnknown: bool
    traceId: str | None
    refusal: str | None
    def __init__(
        self,
        kind: ErrorKind,
        problem: dict[str, Any] | None = None,
        retryAfter: float | None = None,
        attempts: int = 0,
        operation: str = "",
        requestId: str | None = None,
        outcomeUnknown: bool = False,
        traceId: str | None = None,
        refusal: str | None = None,
    ) -> None: ...
    def to_dict(self) -> dict[str, Any]: ...

class SonoranResponse(Record, Generic[_DataT_co]):
    success: bool
    data: _DataT_co | None
    reason: str | None
    status: int | None
    meta: dict[str, Any] | None
    error: Failure | None
    requestId: str | None
    attempts: int
    waited: float
    def __new__(cls, success: bool, *_: Any, **__: Any) -> Self: ...
    def __init__(
        self,
        success: bool,
        data: _DataT_co | None = None,
        reason: str | None = None,
        status: int | None = None,
        meta: dict[str, Any] | None = None,
        error: Failure | None = None,
        requestId: str | None = None,
        attempts: int = 0,
        waited: float = 0.0,
    ) -> None: ...
    def __bool__(self) -> bool: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...
    def unwrap(self) -> _DataT_co: ...
    def to_dict(self) -> dict[str, Any]: ...

# The halves of what a method returns. Their fields cannot be set to what the other half has.
class Succeeded(SonoranResponse[_DataT_co]):
    success: Literal[True]
    data: _DataT_co
    reason: None
    error: None
    def __bool__(self) -> Literal[True]: ...

class Failed(SonoranResponse[Never]):
    success: Literal[False]
    data: None
    reason: str
    error: Failure
    def __bool__(self) -> Literal[False]: ...
    def unwrap(self) -> Never: ...
