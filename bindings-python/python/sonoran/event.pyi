from typing import Any, Literal

from ._record import Record

class Event(Record):
    def __init__(self, accountId: str | None, data: Any) -> None: ...
    @property
    def type(self) -> str: ...
    @property
    def accountId(self) -> str | None: ...
    @property
    def data(self) -> Any: ...

class UnknownEvent(Event):
    def __init__(self, type: str, accountId: str | None, data: Any) -> None: ...

class EventError(Exception):
    kind: Literal["auth", "tooLarge", "malformed"]
    reason: str
    status: int
    def __init__(
        self, reason: str, *, kind: Literal["auth", "tooLarge", "malformed"] = "malformed", status: int = 400
    ) -> None: ...
