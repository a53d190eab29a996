"""Many calls at a time in an event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from ._map import MapResult, Plan, arguments_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from .response import SonoranResponse


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
                    arguments = arguments_of(await calls.__anext__())
                    task = asyncio.create_task(execute(*plan.call(arguments)))
                except StopAsyncIteration:
                    ended = True
                except Exception as error:
                    fault = error
                else:
                    index += 1
                    under_way[task] = (index, arguments)
            if not under_way:
                break
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                place = under_way.pop(task)
                try:
                    response = await task
                except Exception as error:
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
