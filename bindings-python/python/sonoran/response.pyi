from types import GenericAlias
from typing import Any, Generic, TypeVar

from ._record import Record

_DataT = TypeVar("_DataT")

class Failure(Record):
    kind: str
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
        kind: str,
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

class SonoranResponse(Record, Generic[_DataT]):
    success: bool
    data: _DataT | None
    reason: str | None
    status: int | None
    meta: dict[str, Any] | None
    error: Failure | None
    requestId: str | None
    attempts: int
    waited: float
    def __init__(
        self,
        success: bool,
        data: _DataT | None = None,
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
    def unwrap(self) -> _DataT: ...
    def to_dict(self) -> dict[str, Any]: ...
