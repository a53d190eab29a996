"""The queues of the event loops that calls are awaited in."""

from __future__ import annotations

from asyncio import get_running_loop
from contextlib import suppress
from contextvars import Context
from weakref import WeakKeyDictionary, ref

from ._native import LoopQueue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

# A loop owns the queue that it watches, so that this ends with it.
_queues: WeakKeyDictionary[AbstractEventLoop, Callable[[], LoopQueue | None]] = WeakKeyDictionary()


def queue_of() -> tuple[AbstractEventLoop, LoopQueue]:
    """The running loop, and its queue."""
    loop = get_running_loop()
    found = _queues.get(loop)
    queue = None if found is None else found()
    return loop, _joined(loop) if queue is None else queue


def _joined(loop: AbstractEventLoop) -> LoopQueue:
    queue = LoopQueue()
    try:
        # Not in the context of the call that happens to be the first.
        Context().run(loop.add_reader, queue.fileno(), queue.drain)
    except NotImplementedError:
        return _called(loop)
    _queues[loop] = ref(queue)
    return queue


def _called(loop: AbstractEventLoop) -> LoopQueue:
    """For loops that watch nothing, as Windows' own."""
    loop_of = ref(loop)

    def ring() -> None:
        loop, queue = loop_of(), kept()
        # A loop that is closed has nobody left who waits.
        with suppress(RuntimeError):
            if loop is not None and queue is not None:
                loop.call_soon_threadsafe(queue.drain)

    queue = LoopQueue(ring)
    kept = ref(queue)
    # Nothing else keeps it.
    _queues[loop] = lambda: queue
    return queue
