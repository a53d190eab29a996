"""How much memory calls leave behind: for each kind of work a line with the bytes and the blocks of Python's
that there are more per call, once it has run for a while. CALLS is their number."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from sonoran import AsyncInstance, Instance

CALLS = int(os.environ["CALLS"])
AT_ONCE = 8
UNKNOWN = "99999999-9999-4999-8999-999999999999"
GIVEN: dict[str, Any] = {
    "apiKey": "YOUR_API_KEY",
    "communityId": "YOUR_COMMUNITY_ID",
    "rateLimit": "off",
    # Connections that come and go would be seen.
    "idleTimeout": 600,
}


class Heap(ctypes.Structure):
    """What the C library tells of its heap; `Python` has its own for small objects."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "used",
            "fordblks",
            "keepcost",
        )
    ]


tell = getattr(ctypes.CDLL(None), "mallinfo2", None)
if tell is not None:
    tell.restype = Heap


def taken() -> tuple[int, int]:
    gc.collect()
    heap = tell() if tell is not None else None
    return (heap.used + heap.hblkhd if heap else 0), sys.getallocatedblocks()


def measured(name: str, work: Callable[[int], object]) -> None:
    work(CALLS // 2)
    before = taken()
    work(CALLS)
    heap, blocks = (after - earlier for after, earlier in zip(taken(), before))
    print(name, f"{heap / CALLS:.2f} {blocks / CALLS:.3f}", flush=True)


def repeated(call: Callable[[], object]) -> Callable[[int], object]:
    def work(count: int) -> None:
        for _ in range(count):
            call()

    return work


def awaited(
    loop: asyncio.AbstractEventLoop, call: Callable[[], Coroutine[Any, Any, Any]], cancels: bool = False
) -> Callable[[int], object]:
    async def main(count: int) -> None:
        for _ in range(count // AT_ONCE):
            tasks = [asyncio.create_task(call()) for _ in range(AT_ONCE)]
            if cancels:
                await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
            await asyncio.wait(tasks)

    return lambda count: loop.run_until_complete(main(count))


def main() -> None:
    blocking, client, loop = Instance(**GIVEN), AsyncInstance(**GIVEN), asyncio.new_event_loop()
    measured("success", repeated(blocking.cms.getSubVersionV2))
    measured("failure", repeated(lambda: blocking.cms.getAccountV2(UNKNOWN)))
    measured("awaited success", awaited(loop, client.cms.getSubVersionV2))
    measured("awaited failure", awaited(loop, lambda: client.cms.getAccountV2(UNKNOWN)))
    measured("cancellation", awaited(loop, client.cms.getSubVersionV2, cancels=True))


main()
