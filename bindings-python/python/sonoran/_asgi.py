"""The receiver as an ASGI app."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from ._intake import TOO_LARGE, TOO_SLOW, is_too_long
from ._native import EVENT_BYTES
from ._worker import INSIDE, LoopWorker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping
    from typing import Any

    from ._intake import Answer, Intake
    from .event import Event

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class AsgiApp:
    """An ASGI 3 app."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        # One for each event loop that has had an event.
        self._workers: dict[asyncio.AbstractEventLoop, LoopWorker] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            await self._request(scope, receive, send)
        elif kind == "lifespan":
            await self._lifespan(receive, send)
        elif kind == "websocket":
            await send({"type": "websocket.close"})
        else:
            raise ValueError(f"a receiver of events has no answer to {kind!r}")

    def workers(self) -> list[LoopWorker]:
        """Those that can still be waited for."""
        return [worker for loop, worker in list(self._workers.items()) if loop.is_running()]

    async def drain(self) -> None:
        """Waits until what was taken is done, in whichever loop."""
        for worker in self.workers():
            if worker.loop is asyncio.get_running_loop():
                await worker.drain()
            else:
                await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(worker.drain(), worker.loop))

    def drain_from_outside(self) -> None:
        """The same, on a thread that runs none of these loops."""
        workers = self.workers()
        if any(worker.loop is _running_loop() for worker in workers):
            raise RuntimeError("close() would hold up the event loop that it waits for: await aclose()")
        for worker in workers:
            asyncio.run_coroutine_threadsafe(worker.drain(), worker.loop).result()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                self._intake.closed = True
                await self.drain()
                return await send({"type": "lifespan.shutdown.complete"})

    async def _request(self, scope: Message, receive: Receive, send: Send) -> None:
        taken: list[asyncio.Future[None]] = []
        answer = self._intake.refusal(scope["method"], scope.get("root_path", ""), scope["path"])
        if answer is None:
            answer = await self._answer(scope, receive, taken)
        if answer is not None:
            await _send(answer, scope, send)
        # The request is answered, and goes on until its event is done: that is what every server waits for
        # before it ends, also where it tells this app nothing, as where a framework has mounted it.
        if taken and INSIDE.get() is not self._workers.get(asyncio.get_running_loop()):
            await asyncio.wait(taken)

    async def _answer(
        self, scope: Message, receive: Receive, taken: list[asyncio.Future[None]]
    ) -> Answer | None:
        """None when the client is gone."""
        if any(name == b"content-length" and _is_too_long(value) for name, value in scope["headers"]):
            return TOO_LARGE
        try:
            body = await asyncio.wait_for(_body(receive), self._intake.body_timeout)
        except asyncio.TimeoutError:
            return TOO_SLOW
        if body is None:
            return None
        if len(body) > EVENT_BYTES:
            return TOO_LARGE

        def offer(event: Event) -> bool:
            done = self._worker().offer(event)
            if done is not None:
                taken.append(done)
            return done is not None

        try:
            return self._intake.take(body, offer)
        finally:
            # A report of an error that shows the values of variables shall not show the key.
            del body

    def _worker(self) -> LoopWorker:
        loop = asyncio.get_running_loop()
        worker = self._workers.get(loop)
        if worker is None:
            for ended in [each for each in self._workers if each.is_closed()]:
                self._workers.pop(ended, None)
            worker = LoopWorker(self._intake.callbacks, self._intake.max_queue)
            self._workers[loop] = worker
        return worker


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def _body(receive: Receive) -> bytearray | None:
    """The whole body, or more than is allowed of it; None when the client is gone."""
    body = bytearray()
    try:
        while len(body) <= EVENT_BYTES:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
    except BaseException:
        # A report of the error that shows the values of variables shall not show the key.
        body, message = bytearray(), {}
        raise
    return body


def _is_too_long(length: bytes) -> bool:
    return length.isdigit() and is_too_long(length.decode("ascii"))


async def _send(answer: Answer, scope: Message, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.all_headers()]
    # Later versions of HTTP have no such header: there a stream ends by itself.
    if answer.closes and scope.get("http_version", "1.1").startswith("1"):
        headers.append((b"connection", b"close"))
    body = b"" if scope["method"] == "HEAD" else answer.body
    # An OSError says that the client is gone, which concerns nobody.
    with suppress(OSError):
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
