"""The receivers as servers and frameworks call them: mounts, ASGI's lifespan, loops, WSGI's inputs, fork."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import threading
from collections.abc import Callable, MutableMapping
from contextvars import ContextVar
from queue import SimpleQueue
from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from serving import CANARY, PATH, body
from sonoran import Event, EventReceiver

Messages = list[MutableMapping[str, Any]]


def made(**options: Any) -> tuple[EventReceiver, SimpleQueue[Event]]:
    receiver = EventReceiver(CANARY, **options)
    came: SimpleQueue[Event] = SimpleQueue()
    receiver.on("ACCOUNT_KICKED")(came.put)
    return receiver, came


async def asked(receiver: EventReceiver, *given: bytes, ends: bool = True, **scope: Any) -> Messages:
    """What the ASGI app sends when these parts of a body come, and the client leaves if it does not end. As
    a server does, it has the answer before the app returns."""
    parts = [{"type": "http.request", "body": part, "more_body": True} for part in given]
    end = {"type": "http.request"} if ends else {"type": "http.disconnect"}
    answers: Messages = []

    async def receive() -> MutableMapping[str, Any]:
        return parts.pop(0) if parts else end

    answered = asyncio.Event()

    async def send(message: MutableMapping[str, Any]) -> None:
        answers.append(message)
        if message["type"] == "http.response.body":
            answered.set()

    usual = {"type": "http", "method": "POST", "path": PATH, "headers": [], "http_version": "1.1"}
    call = asyncio.create_task(receiver.asgi({**usual, **scope}, receive, send))
    waiting = asyncio.create_task(answered.wait())
    await asyncio.wait({call, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if call.done():
        call.result()
    return answers


async def status(receiver: EventReceiver, **scope: Any) -> int:
    answers = await asked(receiver, body(data={}), **scope)
    return int(answers[0]["status"])


def entered(receiver: EventReceiver, content: bytes | None = None, **environ: Any) -> tuple[int, str]:
    """What the WSGI app answers; both sides keep to the rules, or this fails."""
    content = body(data={}) if content is None else content
    given: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "SCRIPT_NAME": "",
        "QUERY_STRING": "",
    }
    given.update({"wsgi.input": io.BytesIO(content), "CONTENT_LENGTH": str(len(content)), **environ})
    given = {name: value for name, value in given.items() if value is not None}
    setup_testing_defaults(given)
    seen: list[str] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Callable[[Any], object]:
        seen.append(status)
        return seen.append

    answer = validator(receiver.wsgi)(given, start)
    text = b"".join(answer).decode()
    answer.close()  # type: ignore[attr-defined]
    return int(seen[0].split()[0]), text


MOUNTED: list[tuple[str | None, str, str, int]] = [
    # Where it listens, what the framework has taken off the path, and what is left of it.
    (PATH, "", PATH, 204),
    (PATH, "/sonorancms", "/events", 204),
    (PATH, "/api", PATH, 204),
    (PATH, "/hooks", "", 204),
    (PATH, "/hooks", "/", 204),
    (PATH, "/hooks", "/more", 404),
    (PATH, "", "/", 404),
    (PATH, "", "", 404),
    (PATH, "", PATH + "/", 404),
    ("/zurück", "", "/zurück", 204),
    (None, "", "/anywhere", 204),
]


@pytest.mark.parametrize(("path", "root", "rest", "expected"), MOUNTED)
def test_mounting(path: str | None, root: str, rest: str, expected: int) -> None:
    async def ask() -> None:
        receiver, _ = made(path=path)
        assert await status(receiver, root_path=root, path=root + rest) == expected
        assert await status(receiver, root_path=root, path=rest) == expected
        assert await status(receiver, root_path=root, path=rest, method="GET") == (
            405 if expected == 204 else 404
        )
        await receiver.aclose()

    asyncio.run(ask())
    receiver, _ = made(path=path)
    given: Any = {
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": rest.encode().decode("latin-1"),
    }
    assert entered(receiver, **given)[0] == expected


def test_the_lifespan() -> None:
    receiver, came = made()
    answers: Messages = []

    async def live() -> None:
        messages: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()

        async def send(message: MutableMapping[str, Any]) -> None:
            answers.append(message)

        messages.put_nowait({"type": "lifespan.startup"})
        living = asyncio.create_task(receiver.asgi({"type": "lifespan"}, messages.get, send))
        assert await status(receiver) == 204
        messages.put_nowait({"type": "lifespan.shutdown"})
        await living
        # What was taken is done, and no more is taken.
        assert came.qsize() == 1
        assert await status(receiver) == 503

    asyncio.run(live())
    assert [answer["type"] for answer in answers] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_what_asgi_has_beside_http() -> None:
    receiver, _ = made()
    assert asyncio.run(asked(receiver, type="websocket")) == [{"type": "websocket.close"}]
    with pytest.raises(ValueError, match="carrier pigeon"):
        asyncio.run(asked(receiver, type="carrier pigeon"))


def test_a_client_that_left_gets_no_answer() -> None:
    receiver, came = made()
    assert asyncio.run(asked(receiver, body(data={}), ends=False)) == []
    assert came.qsize() == 0

    async def gone(message: MutableMapping[str, Any]) -> None:
        raise OSError("the client is gone")

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"{}"}

    scope = {"type": "http", "method": "POST", "path": PATH, "headers": [], "http_version": "1.1"}
    asyncio.run(receiver.asgi(scope, receive, gone))


def test_what_is_not_read_ends_the_connection() -> None:
    receiver, _ = made(body_timeout=0.05)
    oversized: Any = {"headers": [(b"content-length", b"262145")]}
    close = (b"connection", b"close")
    assert close in asyncio.run(asked(receiver, **oversized))[0]["headers"]
    assert close in asyncio.run(asked(receiver, path="/"))[0]["headers"]
    # A later version of HTTP has no such header.
    assert close not in asyncio.run(asked(receiver, http_version="2", **oversized))[0]["headers"]
    # What was read to its end needs it no more.
    receiver, _ = made()
    assert close not in asyncio.run(asked(receiver, b"{}"))[0]["headers"]


def test_an_answer_to_head_has_no_body() -> None:
    receiver, _ = made()
    start, end = asyncio.run(asked(receiver, method="HEAD"))
    assert (start["status"], end["body"]) == (405, b"")
    assert entered(receiver, REQUEST_METHOD="HEAD") == (405, "")


def test_a_blocking_callback_does_not_hold_up_the_loop() -> None:
    receiver = EventReceiver(CANARY)
    go_on = threading.Event()
    waited: list[bool] = []
    receiver.on("ACCOUNT_KICKED")(lambda event: waited.append(go_on.wait(60)))

    async def ask() -> None:
        assert [await status(receiver) for _ in range(3)] == [204] * 3
        go_on.set()
        await receiver.aclose()

    asyncio.run(ask())
    assert waited == [True] * 3


def test_an_object_with_an_async_call() -> None:
    seen: list[threading.Thread] = []

    class Callback:
        async def __call__(self, event: Event) -> None:
            seen.append(threading.current_thread())

    receiver = EventReceiver(CANARY)
    receiver.on("ACCOUNT_KICKED")(Callback())

    async def ask() -> None:
        await status(receiver)
        await receiver.aclose()

    asyncio.run(ask())
    assert seen == [threading.main_thread()]


def test_nothing_of_the_first_request_sticks_to_the_worker() -> None:
    request: ContextVar[str] = ContextVar("request", default="none")
    seen: list[str] = []
    receiver = EventReceiver(CANARY)
    receiver.on("ACCOUNT_KICKED")(lambda event: seen.append(request.get()))

    async def ask() -> None:
        request.set("first")
        await status(receiver)
        await receiver.aclose()

    asyncio.run(ask())
    assert seen == ["none"]


def test_one_loop_after_another() -> None:
    receiver, came = made()

    async def ask() -> None:
        assert await status(receiver) == 204
        await asyncio.to_thread(came.get, timeout=60)

    for _ in range(3):
        asyncio.run(ask())


def test_closing_in_an_event_loop() -> None:
    receiver, came = made()

    async def ask() -> None:
        assert await status(receiver) == 204
        with pytest.raises(RuntimeError, match="aclose"):
            receiver.close()
        await receiver.aclose()
        assert came.qsize() == 1
        await receiver.aclose()

    asyncio.run(ask())
    # Now there is no loop to wait for.
    receiver.close()


def test_closing_waits_for_both_apps() -> None:
    receiver, came = made()
    entered(receiver)

    async def ask() -> None:
        await status(receiver)
        await receiver.aclose()

    asyncio.run(ask())
    assert came.qsize() == 2
    assert entered(receiver)[0] == 503


@pytest.mark.parametrize("closed_at_once", [True, False])
def test_a_thread_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch, closed_at_once: bool) -> None:
    receiver, came = made()

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        # It is not taken, so that the service may send it again.
        assert entered(receiver)[0] == 503
    if not closed_at_once:
        assert entered(receiver)[0] == 204
    receiver.close()
    assert came.qsize() == (0 if closed_at_once else 1)


class Slowly(io.BytesIO):
    """An input that fails as sockets do."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def read(self, size: int | None = -1) -> bytes:
        raise self.error

    read1 = read


@pytest.mark.parametrize(
    ("content", "environ", "expected"),
    [
        (None, {"CONTENT_LENGTH": ""}, 411),
        (None, {"CONTENT_LENGTH": None}, 411),
        (None, {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}, 204),
        (b" " * 262_145, {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}, 413),
        (b" " * 262_145, {}, 413),
        (b"{}", {"CONTENT_LENGTH": "3"}, 400),
        (b"", {"CONTENT_LENGTH": "0"}, 400),
        (b"", {"CONTENT_LENGTH": "9", "wsgi.input": Slowly(socket.timeout("timed out"))}, 408),
        (b"", {"CONTENT_LENGTH": "9", "wsgi.input": Slowly(ConnectionResetError())}, 400),
    ],
)
def test_inputs_of_wsgi(content: bytes | None, environ: dict[str, Any], expected: int) -> None:
    receiver, _ = made()
    assert entered(receiver, content, **environ)[0] == expected


@pytest.mark.parametrize(("length", "expected"), [("²", 411), ("-1", 411), ("0x3", 411), ("9" * 5000, 413)])
def test_lengths_that_no_server_lets_through(length: str, expected: int) -> None:
    seen: list[str] = []
    environ: dict[str, Any] = {"REQUEST_METHOD": "POST", "PATH_INFO": PATH, "CONTENT_LENGTH": length}
    start: Any = lambda status, headers: seen.append(status)  # noqa: E731
    made()[0].wsgi(environ, start)
    assert int(seen[0][:3]) == expected


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork() -> None:
    receiver, came = made()
    # Its thread runs here and not in a child.
    assert entered(receiver)[0] == 204
    came.get(timeout=60)
    child = os.fork()
    if child == 0:
        signal.alarm(5)
        done = False
        try:
            done = entered(receiver)[0] == 204
            receiver.close()
            done = done and came.qsize() == 1
        finally:
            os._exit(0 if done else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert came.qsize() == 0
    assert entered(receiver)[0] == 204
    receiver.close()
    assert came.qsize() == 1
