"""The one way from a method of the generated class to the native part."""

from __future__ import annotations

from ._encode import encode, encode_payload, milliseconds
from .errors import error_for
from .response import response_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ._native import Client
    from .response import SonoranResponse


class Executor:
    """Makes the calls of one instance."""

    __slots__ = ("_client", "_throws")

    def __init__(self, client: Client, throws: bool) -> None:
        self._client = client
        self._throws = throws

    def execute(
        self,
        operation: str,
        arguments: tuple[Any, ...],
        timeout: float | None,
        deadline: float | None,
        retries: int | None,
        name: str = "",
        payload: object = None,
        by_name: Mapping[str, object] | None = None,
        many: bool = False,
        text: bool = False,
    ) -> SonoranResponse[Any]:
        """Makes a call. `by_name` are fields of the payload given as arguments; of `many` it is a list, and
        where `text` is set a str may stand for it."""
        given = {field: value for field, value in (by_name or {}).items() if value is not None}
        if given and payload is not None:
            raise TypeError(f"give either {name} or {', '.join(given)}, not both")
        payload = given or payload
        body = None if payload is None else encode_payload(name, payload, many, text)
        fields = self._client.execute(operation, arguments, body, _options(timeout, deadline, retries))
        response = response_from(fields)
        if self._throws and not response.success:
            raise error_for(response)
        return response


def _options(timeout: float | None, deadline: float | None, retries: int | None) -> str | None:
    if timeout is None and deadline is None and retries is None:
        return None
    options = {
        "timeout": milliseconds("timeout", timeout),
        "deadline": milliseconds("deadline", deadline),
        "retries": retries,
    }
    return encode("options", options)
