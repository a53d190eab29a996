from typing import Any, final

__all__ = ["EVENT_BYTES", "Client", "EventKeys", "__version__"]

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
    ) -> dict[str, Any]: ...
    def rate_limit(self, operation: str) -> dict[str, Any]: ...
    def close(self) -> None: ...

@final
class EventKeys:
    def __new__(cls, keys: tuple[object, ...]) -> EventKeys: ...
    def read(self, body: object) -> dict[str, Any]: ...
