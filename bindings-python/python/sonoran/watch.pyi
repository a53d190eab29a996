from typing import NamedTuple

from .types import ErrorKind

class Attempt(NamedTuple):
    operation: str
    number: int
    status: int | None
    kind: ErrorKind | None
    reason: str | None
    elapsed: float
    pause: float | None
    requestId: str | None

class Wait(NamedTuple):
    operation: str
    waited: float
    expected: float
