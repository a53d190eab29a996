"""Many calls at a time for a program without an event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from selectors import EVENT_READ, DefaultSelector
from typing import TYPE_CHECKING, Any, Generic

from ._execute import native_call, warn_in_a_loop
from ._map import Many, MapResult, Plan, _ResponseT_co, placed
from ._native import LoopQueue

if TYPE_CHECKING:
    from ._native import AsyncClient, Running
    from .response import SonoranResponse

# How long a wait may keep Python from noticing Ctrl-C where that doesn't end it, as on Windows.
_TICK = 0.1


class Results(Many, Iterator[MapResult[_ResponseT_co]], Generic[_ResponseT_co]):
    """The results of many calls as they come. None is sent before the first is asked for."""

    def __next__(self) -> MapResult[_ResponseT_co]:
        self._begun = True
        result: MapResult[_ResponseT_co] = next(self._results)
        return result

    def close(self) -> None:
        """Ends the calls under way."""
        self._begun = True
        self._results.close()


class _Place:
    """Where the response to one call will lie, in the form of a future of asyncio's."""

    __slots__ = ("arguments", "error", "index", "response", "running", "_came")

    def __init__(self, index: int, arguments: tuple[Any, ...], came: deque[_Place]) -> None:
        self.index = index
        self.arguments = arguments
        self.response: SonoranResponse[Any] | None = None
        self.error: BaseException | None = None
        self.running: Running | None = None
        self._came = came

    def done(self) -> bool:
        return False

    def set_result(self, response: SonoranResponse[Any]) -> None:
        self.response = response
        self._came.append(self)

    def set_exception(self, error: BaseException) -> None:
        self.error = error
        self._came.append(self)

    def cancel(self) -> None:
        """The instance was closed."""
        from concurrent.futures import CancelledError

        self.set_exception(CancelledError("the instance was closed"))


def mapped(client: AsyncClient, plan: Plan) -> Iterator[MapResult[SonoranResponse[Any]]]:
    """The responses as they come. Who stops taking them ends the calls under way.

    What is wrong with a call is raised once the responses to those under way are given.
    """
    warn_in_a_loop(plan.operation)
    queue = LoopQueue()
    came: deque[_Place] = deque()
    under_way: set[_Place] = set()
    calls = enumerate(plan.calls)
    fault: BaseException | None = None
    selector = DefaultSelector()
    selector.register(queue.fileno(), EVENT_READ)
    try:
        while True:
            while fault is None and len(under_way) < plan.concurrency:
                try:
                    index, item = next(calls, (-1, None))
                except Exception as error:
                    fault = error
                    break
                if index < 0:
                    break
                place = _Place(index, plan.arguments_of(item), came)
                try:
                    place.running = _started(client, queue, place, plan.call(place.arguments))
                except Exception as error:
                    placed(error, index, place.arguments)
                    fault = error
                else:
                    under_way.add(place)
            if not under_way:
                break
            while not came:
                if selector.select(_TICK):
                    queue.drain()
            place = came.popleft()
            under_way.discard(place)
            if place.response is None:
                placed(place.error, place.index, place.arguments)
                fault = fault or place.error
                continue
            yield MapResult(place.index, place.arguments, place.response)
            plan.came(len(under_way))
        if fault is not None:
            raise fault
    finally:
        selector.close()
        for place in under_way:
            if place.running is not None:
                place.running.cancel()


def _started(client: AsyncClient, queue: LoopQueue, place: _Place, call: tuple[Any, ...]) -> Running:
    operation, arguments, payload, options = native_call(*call)
    return client.start(queue, place, operation, arguments, payload, options)
