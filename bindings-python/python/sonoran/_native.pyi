from asyncio import Future
from collections.abc import Callable
from typing import Any, final

from .response import SonoranResponse

__all__ = [
    "EVENT_BYTES",
    "AsyncClient",
    "Client",
    "EventKeys",
    "LoopQueue",
    "Running",
    "__version__",
    "stop_ringing",
]

__version__: str
EVENT_BYTES: int

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
    def close(self) -> None: ...

@final
class AsyncClient:
    def __new__(cls, options: dict[str, object]) -> AsyncClient: ...
    def start(
        self,
        queue: LoopQueue,
        future: Future[SonoranResponse[Any]],
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

def stop_ringing() -> None: ...

@final
class EventKeys:
    def __new__(cls, keys: tuple[object, ...]) -> EventKeys: ...
    def read(self, body: object) -> dict[str, Any]: ...
