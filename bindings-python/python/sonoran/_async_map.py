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
) -> AsyncIterator[MapResult]:
    """The responses as they come. Who stops taking them ends the calls under way."""
    under_way: dict[asyncio.Task[SonoranResponse[Any]], tuple[int, tuple[Any, ...]]] = {}
    calls = _items(plan.calls)
    index = -1
    ended = False
    try:
        while True:
            while not ended and len(under_way) < plan.concurrency:
                try:
                    item = await calls.__anext__()
                except StopAsyncIteration:
                    ended = True
                    break
                index += 1
                arguments = arguments_of(item)
                under_way[asyncio.create_task(execute(*plan.call(arguments)))] = (index, arguments)
            if not under_way:
                return
            done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                place = under_way.pop(task)
                response = await task
                plan.came()
                yield MapResult(*place, response)
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
