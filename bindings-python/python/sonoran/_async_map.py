"""Many calls at a time in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any, Generic

from ._map import Many, MapResult, Plan, _ResponseT_co, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from .response import SonoranResponse


class AsyncResults(Many, AsyncIterator[MapResult[_ResponseT_co]], Generic[_ResponseT_co]):
    """The results of many calls as they come. None is sent before the first is asked for."""

    _how = "iterate over it by async for"

    async def __anext__(self) -> MapResult[_ResponseT_co]:
        self._begun = True
        result: MapResult[_ResponseT_co] = await self._results.__anext__()
        return result

    async def aclose(self) -> None:
        """Ends the calls under way."""
        self._begun = True
        await self._results.aclose()


async def mapped(
    execute: Callable[..., Coroutine[Any, Any, SonoranResponse[Any]]], plan: Plan
) -> AsyncIterator[MapResult[SonoranResponse[Any]]]:
    """The responses as they come, as those of the blocking one do."""
    under_way: dict[asyncio.Task[SonoranResponse[Any]], tuple[int, tuple[Any, ...]]] = {}
    calls = _items(plan.calls)
    index = -1
    ended = False
    fault: Exception | None = None
    try:
        while True:
            while not ended and fault is None and len(under_way) < plan.concurrency:
                try:
                    item = await calls.__anext__()
                except StopAsyncIteration:
                    ended = True
                    break
                except Exception as error:
                    fault = error
                    break
                index += 1
                arguments = plan.arguments_of(item)
                try:
                    task = asyncio.create_task(execute(*plan.call(arguments)))
                except Exception as error:
                    placed(error, index, arguments)
                    fault = error
                else:
                    under_way[task] = (index, arguments)
            if not under_way:
                break
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                place = under_way.pop(task)
                try:
                    response = await task
                except Exception as error:
                    placed(error, *place)
                    fault = fault or error
                    continue
                yield MapResult(*place, response)
                plan.came(len(under_way))
        if fault is not None:
            raise fault
    finally:
        for task in under_way:
            task.cancel()


async def _items(calls: Any) -> AsyncIterator[Any]:
    if hasattr(calls, "__aiter__"):
        async for item in calls:
            yield item
    else:
        for item in calls:
            yield item
