"""The one way from a method of the generated class to the native part, and one from a method to await."""

from __future__ import annotations

import sys
from sys import modules

from ._options import in_milliseconds
from .errors import error_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta
    from typing import Any

    from ._native import AsyncClient, Client
    from .response import SonoranResponse


class Executor:
    """Makes the calls of one instance."""

    __slots__ = ("_client", "_throws")

    def __init__(self, client: Client, throws: bool) -> None:
        self._client = client
        self._throws = throws

    def execute(self, *call: Any) -> SonoranResponse[Any]:
        """Makes a call, from what `native_call` takes."""
        warn_in_a_loop(call[0])
        response: SonoranResponse[Any] = self._client.execute(*native_call(*call))
        if self._throws and not response.success:
            raise error_for(response)
        return response


class AsyncExecutor:
    """Makes the calls of one instance for event loops."""

    __slots__ = ("_client", "_throws", "_queue_of")

    def __init__(self, client: AsyncClient, throws: bool) -> None:
        # Not before somebody needs it: it takes asyncio along.
        from ._loops import queue_of

        self._client = client
        self._throws = throws
        self._queue_of = queue_of

    async def execute(self, *call: Any) -> SonoranResponse[Any]:
        """Makes a call, from what `native_call` takes."""
        native = native_call(*call)
        loop, queue = self._queue_of()
        future = loop.create_future()
        running = self._client.start(queue, future, *native)
        try:
            response: SonoranResponse[Any] = await future
        except BaseException:
            running.cancel()
            raise
        if self._throws and not response.success:
            raise error_for(response)
        return response


def native_call(
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
) -> tuple[str, tuple[Any, ...], object, dict[str, object] | None]:
    """What the native part takes for a call, from what a method of the generated class gives.

    name, payload, by_name: the payload's name, and the payload as one object or by the names of its fields.
    """
    options = _options(timeout, deadline, retries, maxWait, rateLimit)
    return operation, arguments, one_payload(name, payload, by_name), options


def one_payload(name: str, payload: object, by_name: Mapping[str, object] | None) -> object:
    """The payload, which is given as one object or by the names of its fields."""
    if by_name is None:
        return payload
    given = {field: value for field, value in by_name.items() if value is not None}
    if given and payload is not None:
        raise TypeError(f"give either {name} or {', '.join(given)}, not both")
    return given or payload


_warned: set[str] = set()
"""The methods whose callers are warned."""


def warn_in_a_loop(operation: str) -> None:
    """Warns once of a call that holds up the event loop of its thread."""
    # Costs nothing where no event loop is in use.
    events = modules.get("asyncio.events")
    if events is None or events._get_running_loop() is None or operation in _warned:
        return
    _warned.add(operation)
    import warnings

    message = (
        f"{operation} blocks the event loop that runs in this thread: use AsyncInstance and await it, "
        "or call it with asyncio.to_thread"
    )
    # The line outside this package that made it.
    frame, level = sys._getframe(), 1
    while frame.f_back is not None and frame.f_globals.get("__package__") == __package__:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, RuntimeWarning, stacklevel=level)


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
