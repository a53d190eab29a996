"""The workers: each calls the callbacks of one event after another, in the order of arrival."""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
from contextlib import suppress
from contextvars import Context, ContextVar
from queue import SimpleQueue

from . import _exit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine
    from typing import Any, TypeVar

    from ._callbacks import Callback, Callbacks
    from .event import Event

    _T = TypeVar("_T")

INSIDE: ContextVar[object] = ContextVar("INSIDE", default=None)
"""The worker whose callback this is: who waited for the worker there would wait for itself."""


class ThreadWorker:
    """A thread of its own, which keeps the process alive for what it has, within bounds, and no longer."""

    def __init__(self, callbacks: Callbacks, max_queue: int) -> None:
        self._callbacks = callbacks
        self._max_queue = max_queue
        # None is the end.
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._left = 0
        self._thread: threading.Thread | None = None
        self._process = os.getpid()
        self._loop: asyncio.AbstractEventLoop | None = None

    def offer(self, event: Event) -> bool:
        """Takes an event, if there is room for it."""
        with self._lock:
            if self._closed or self._queue.qsize() >= self._max_queue:
                return False
            if self._thread is None and not self._started():
                return False
            self._left += 1
            self._queue.put(event)
        return True

    def _started(self) -> bool:
        """Whether there is a thread now. A system that has none left may have one for the next event."""
        thread = threading.Thread(target=self._work, name="sonoran-events", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        self._thread = thread
        _exit.finish_at_exit(self)
        return True

    def drain(self, seconds: float | None = None) -> None:
        """Takes no more, and waits until what it has is done, as long as it may."""
        with self._lock:
            self._closed = True
            self._queue.put(None)
            thread = self._thread
        if thread is not None and INSIDE.get() is not self:
            thread.join(seconds)

    def finish(self, seconds: float) -> int:
        """The same at the end of the process; gives how many events are left."""
        # Of a fork's parent there is no thread here.
        if self._process != os.getpid():
            return 0
        self.drain(seconds)
        return self._left

    def _work(self) -> None:
        INSIDE.set(self)
        for event in iter(self._queue.get, None):
            steps = self._callbacks.steps(event)
            step = next(steps, None)
            while step is not None:
                step = _after(steps, self._outcome(*step))
            with self._lock:
                self._left -= 1
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
        self._queue: asyncio.Queue[tuple[Event, asyncio.Future[None]] | None] = asyncio.Queue()
        self._left = 0
        self._process = os.getpid()
        self.loop = asyncio.get_running_loop()
        # Nothing of the request that happened to be the first shall stick to it.
        self._task = Context().run(self._hidden, self._work())
        self._guard = Context().run(self.loop.create_task, self._until_the_end())
        _exit.finish_at_exit(self)

    def offer(self, event: Event) -> asyncio.Future[None] | None:
        """Takes an event, if there is room for it, and says when it is done."""
        if self._task.done() or self._queue.qsize() >= self._max_queue:
            return None
        done = self.loop.create_future()
        self._left += 1
        self._queue.put_nowait((event, done))
        return done

    async def drain(self, seconds: float | None = None) -> None:
        """Waits until what it has is done, as long as it may. It must be offered no more."""
        self._queue.put_nowait(None)
        if INSIDE.get() is not self:
            await asyncio.wait({self._task}, timeout=seconds)

    def finish(self, seconds: float) -> int:
        """The same at the end of the process, from outside of the loop; gives how many events are left."""
        if self._process != os.getpid() or self._task.done():
            return 0
        if self.loop.is_running():
            drained = asyncio.run_coroutine_threadsafe(self.drain(seconds), self.loop)
            with suppress(Exception):
                drained.result(seconds)
        elif not self.loop.is_closed():
            self.loop.run_until_complete(self.drain(seconds))
        return self._left

    async def _until_the_end(self) -> None:
        """Is cancelled with all other tasks where a loop comes to its end, and holds that up."""
        try:
            await asyncio.wait({self._task})
        except asyncio.CancelledError:
            await self.drain(_exit.SECONDS)
            _exit.tell(self._left)
            self._task.cancel()
            raise

    def _hidden(self, work: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """A task that is not cancelled at the end of the loop."""
        task = self.loop.create_task(work)
        asyncio._unregister_task(task)
        return task

    async def _work(self) -> None:
        INSIDE.set(self)
        while (taken := await self._queue.get()) is not None:
            event, done = taken
            steps = self._callbacks.steps(event)
            step = next(steps, None)
            while step is not None:
                step = _after(steps, await self._outcome(*step))
            self._left -= 1
            if not done.done():
                done.set_result(None)

    async def _outcome(self, callback: Callback, arguments: tuple[Any, ...]) -> BaseException | None:
        # In a task of its own, so that a callback that is cancelled does not pass for this worker's end.
        call = self._hidden(_called(callback, arguments))
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
