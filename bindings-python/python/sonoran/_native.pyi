from typing import Any, final

__all__ = ["Client", "__version__"]

__version__: str

@final
class Client:
    def __new__(cls, options: str) -> Client: ...
    def execute(
        self, operation: str, arguments: tuple[Any, ...], payload: str | None, options: str | None
    ) -> dict[str, Any]: ...
    def close(self) -> None: ...
