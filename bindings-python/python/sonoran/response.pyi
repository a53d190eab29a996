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
    def __init__(
        self,
        kind: str,
        problem: dict[str, Any] | None = None,
        retryAfter: float | None = None,
        attempts: int = 0,
        operation: str = "",
        requestId: str | None = None,
        outcomeUnknown: bool = False,
    ) -> None: ...

class SonoranResponse(Record, Generic[_DataT]):
    success: bool
    data: _DataT | None
    reason: str | None
    status: int | None
    meta: dict[str, Any] | None
    error: Failure | None
    def __init__(
        self,
        success: bool,
        data: _DataT | None = None,
        reason: str | None = None,
        status: int | None = None,
        meta: dict[str, Any] | None = None,
        error: Failure | None = None,
    ) -> None: ...
    def __class_getitem__(cls, item: Any, /) -> GenericAlias: ...
    def unwrap(self) -> _DataT: ...

def response_from(fields: dict[str, Any]) -> SonoranResponse[Any]: ...
