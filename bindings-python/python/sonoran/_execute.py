"""The one way from a method of the generated class to the native part."""

from __future__ import annotations

from ._options import in_milliseconds
from .errors import error_for
from .response import response_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
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
        timeout: float | timedelta | None,
        deadline: float | timedelta | None,
        retries: int | None,
        maxWait: float | timedelta | None,
        rateLimit: str | None,
        name: str = "",
        payload: object = None,
        by_name: Mapping[str, object] | None = None,
    ) -> SonoranResponse[Any]:
        """Makes a call. `by_name` are fields of the payload given as arguments."""
        if by_name is not None:
            given = {field: value for field, value in by_name.items() if value is not None}
            if given and payload is not None:
                raise TypeError(f"give either {name} or {', '.join(given)}, not both")
            payload = given or payload
        options = _options(timeout, deadline, retries, maxWait, rateLimit)
        response = response_from(self._client.execute(operation, arguments, payload, options))
        if self._throws and not response.success:
            raise error_for(response)
        return response


def _options(
    timeout: object, deadline: object, retries: object, max_wait: object, rate_limit: object
) -> dict[str, object] | None:
    if timeout is None and deadline is None and retries is None and max_wait is None and rate_limit is None:
        return None
    return in_milliseconds(
        {
            "timeout": timeout,
            "deadline": deadline,
            "retries": retries,
            "maxWait": max_wait,
            "rateLimit": rate_limit,
        }
    )
