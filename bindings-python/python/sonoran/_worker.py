"""The workers: each calls the callbacks of one event after another, in the order of arrival."""

from __future__ import annotations

import asyncio
import inspect
import threading
from contextvars import Context, ContextVar
from queue import SimpleQueue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import Any

    from ._callbacks import Callback, Callbacks
    from .event import Event

INSIDE: ContextVar[object] = ContextVar("INSIDE", default=None)
"""The worker whose callback this is: who waited for the worker there would wait for itself."""


class ThreadWorker:
    """A thread of its own, which does not keep the process alive."""

    def __init__(self, callbacks: Callbacks, max_queue: int) -> None:
        self._callbacks = callbacks
        self._max_queue = max_queue
        # None is the end.
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def offer(self, event: Event) -> bool:
        """Takes an event, if there is room for it."""
        with self._lock:
            if self._closed or self._queue.qsize() >= self._max_queue:
                return False
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sonoran-events", daemon=True)
                self._thread.start()
            self._queue.put(event)
        return True

    def drain(self) -> None:
        """Takes no more, and waits until what it has is done."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
            thread = self._thread
        if thread is not None and INSIDE.get() is not self:
            thread.join()

    def _work(self) -> None:
        INSIDE.set(self)
        for event in iter(self._queue.get, None):
            steps = self._callbacks.steps(event)
            step = next(steps, None)
            while step is not None:
                step = _after(steps, self._outcome(*step))
        if self._loop is not None:
            self._loop.close()

    def _outcome(self, callback: Callback, arguments: tuple[Any, ...]) -> BaseException | None:
        # Whatever it is, the worker lives on: SystemExit, too, would end this thread alone.
        try:
            result = callback(*arguments)
            if inspect.isawaitable(result):
                if self._loop is None:
                    # One for all events: what callbacks keep may belong to the loop they met first.
                    self._loop = asyncio.new_event_loop()
                self._loop.run_until_complete(_awaited(result))
        except BaseException as error:
            return error
        return None


class LoopWorker:
    """A task of the running event loop. Callbacks that are not async are called in another thread."""

    def __init__(self, callbacks: Callbacks, max_queue: int) -> None:
        self._callbacks = callbacks
        self._max_queue = max_queue
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self.loop = asyncio.get_running_loop()
        # Nothing of the request that happened to be the first shall stick to it.
        self._task = Context().run(self.loop.create_task, self._work())

    def offer(self, event: Event) -> bool:
        """Takes an event, if there is room for it."""
        if self._task.done() or self._queue.qsize() >= self._max_queue:
            return False
        self._queue.put_nowait(event)
        return True

    async def drain(self) -> None:
        """Waits until what it has is done. It must be offered no more."""
        self._queue.put_nowait(None)
        if INSIDE.get() is not self:
            await asyncio.wait({self._task})

    async def _work(self) -> None:
        INSIDE.set(self)
        while (event := await self._queue.get()) is not None:
            steps = self._callbacks.steps(event)
            step = next(steps, None)
            while step is not None:
                step = _after(steps, await self._outcome(*step))

    async def _outcome(self, callback: Callback, arguments: tuple[Any, ...]) -> BaseException | None:
        # In a task of its own, so that a callback that is cancelled does not pass for this worker's end.
        call = self.loop.create_task(_called(callback, arguments))
        try:
            await asyncio.wait({call})
        except asyncio.CancelledError:
            call.cancel()
            raise
        if call.cancelled():
            return asyncio.CancelledError()
        error = call.exception()
        return call.result() if error is None else error


def _after(steps: Any, error: BaseException | None) -> Any:
    """The next step, once the last one is answered."""
    try:
        return steps.send(error)
    except StopIteration:
        return None


async def _awaited(result: Awaitable[object]) -> None:
    await result


async def _called(callback: Callback, arguments: tuple[Any, ...]) -> BaseException | None:
    """Gives the error of what ran in a thread: not every exception could pass through a future."""
    # Of an object that can be called, its class says whether that is async.
    if any(map(inspect.iscoroutinefunction, (callback, type(callback).__call__))):
        result = callback(*arguments)
    else:
        result, error = await asyncio.to_thread(_attempted, callback, arguments)
        if error is not None:
            return error
    if inspect.isawaitable(result):
        await result
    return None


def _attempted(callback: Callback, arguments: tuple[Any, ...]) -> tuple[object, BaseException | None]:
    try:
        return callback(*arguments), None
    except BaseException as error:
        return None, error
