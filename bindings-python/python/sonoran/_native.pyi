from collections.abc import Callable
from typing import Any, Protocol, final

from .response import SonoranResponse

__all__ = [
    "EVENT_BYTES",
    "AsyncClient",
    "Client",
    "EventKeys",
    "LoopQueue",
    "Running",
    "__version__",
    "fields",
    "guard",
]

__version__: str
EVENT_BYTES: int

class _Awaiting(Protocol):
    """What a future has for whoever settles it."""

    def done(self) -> bool: ...
    def set_result(self, result: SonoranResponse[Any], /) -> None: ...
    def set_exception(self, exception: BaseException, /) -> None: ...
    def cancel(self) -> object: ...

@final
class Client:
    def __new__(cls, options: dict[str, object]) -> Client: ...
    def execute(
        self,
        operation: str,
        arguments: tuple[Any, ...],
        payload: object,
        options: dict[str, object] | None,
    ) -> SonoranResponse[Any]: ...
    def rate_limit(self, operation: str) -> dict[str, Any]: ...
    def awaited(self) -> AsyncClient: ...
    def close(self) -> None: ...

@final
class AsyncClient:
    def __new__(cls, options: dict[str, object]) -> AsyncClient: ...
    def start(
        self,
        queue: LoopQueue,
        future: _Awaiting,
        operation: str,
        arguments: tuple[Any, ...],
        payload: object,
        options: dict[str, object] | None,
    ) -> Running: ...
    def rate_limit(self, operation: str) -> dict[str, Any]: ...
    def close(self) -> None: ...

@final
class LoopQueue:
    def __new__(cls, ring: Callable[[], object] | None = None) -> LoopQueue: ...
    def fileno(self) -> int: ...
    def drain(self) -> None: ...

@final
class Running:
    def cancel(self) -> None: ...

def guard(on: bool) -> bool: ...
def fields(operation: str, query: object) -> dict[str, Any]: ...

@final
class EventKeys:
    def __new__(cls, keys: tuple[object, ...]) -> EventKeys: ...
    def read(self, body: object) -> dict[str, Any]: ...
