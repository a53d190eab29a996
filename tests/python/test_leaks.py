"""The key is in no frame of the library that an exception passes through: crash reporters send them off."""

from __future__ import annotations

import asyncio
import io
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sonoran
from serving import PATH, body
from sonoran import EventReceiver, Instance, parse_event
from support import Emulator

CANARY = "sk-c4nary-5f2c"
FOLDER = str(Path(sonoran.__file__).parent)

GIVEN: dict[str, Any] = {"apiKey": CANARY, "communityId": "C"}


def frames_with_the_key(error: BaseException | None) -> list[str]:
    found: list[str] = []
    while error is not None:
        for frame, line in traceback.walk_tb(error.__traceback__):
            ours = frame.f_code.co_filename.startswith(FOLDER)
            if ours and CANARY in "".join(f"{value!r} {vars_of(value)}" for value in frame.f_locals.values()):
                found.append(f"{frame.f_code.co_filename}:{line}")
        assert CANARY not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__
    return found


def vars_of(value: object) -> str:
    return repr(getattr(value, "__dict__", ""))


# What is given to them is wrong on purpose.
Untyped: Any = Instance
UntypedReceiver: Any = EventReceiver
untyped_parse: Any = parse_event

CONSTRUCTIONS: list[Callable[[], object]] = [
    lambda: Untyped(**GIVEN, timeout=0),
    lambda: Untyped(**GIVEN, timeout=float("nan")),
    lambda: Untyped({**GIVEN, "timeout": 0}),
    lambda: Untyped(GIVEN, timeout=0),
    lambda: Untyped(**GIVEN, product="CMS"),
    lambda: Untyped(**GIVEN, product=9),
    lambda: Untyped(**GIVEN, throwErrors=1),
    lambda: Untyped(**GIVEN, apiHeaders={"x": {CANARY}}),
    lambda: Untyped(**GIVEN, apiHeaders=CANARY),
    lambda: Untyped(**GIVEN, apiKye=CANARY),
    lambda: Untyped(apiKey=CANARY),
    lambda: Untyped(apiKey=CANARY + "\n", communityId="C"),
    lambda: Untyped(apiKey=CANARY.encode(), communityId="C"),
    lambda: Untyped(CANARY),
    lambda: Untyped(cadApiKey=CANARY, apiKey=5, communityId="C"),
    lambda: UntypedReceiver([CANARY, ""]),
    lambda: UntypedReceiver([CANARY, 5]),
    lambda: UntypedReceiver(CANARY, max_queue=0),
    lambda: UntypedReceiver(CANARY.encode()),
    lambda: untyped_parse(b"{}", [CANARY, 5]),
    lambda: untyped_parse({"key": CANARY}, CANARY),
    lambda: untyped_parse(body(key=CANARY), "another"),
    lambda: untyped_parse(body(key=CANARY)[:-1], CANARY),
]


@pytest.mark.parametrize("make", CONSTRUCTIONS, ids=range(len(CONSTRUCTIONS)))
def test_what_could_not_be_made(make: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError, sonoran.EventError)) as caught:
        make()
    # The library's own frame is there, or this would prove nothing.
    assert any(FOLDER in frame.filename for frame in traceback.extract_tb(caught.value.__traceback__))
    assert frames_with_the_key(caught.value) == []


def test_calls(emulator: Emulator) -> None:
    instance = emulator.instance(apiKey=CANARY)
    throwing = emulator.instance(apiKey=CANARY, throwErrors=True)
    calls: list[Callable[[], object]] = [
        throwing.cms.getCommunityV2,
        lambda: throwing.cms.getComAccount(accId="x"),
        lambda: instance.cms.getCommunityV2().unwrap(),
        lambda: instance.cms.getAccountV2("x"),
        lambda: instance.cms.getCommunityV2(timeout=-1),
        lambda: instance.cms.setAccountNameV2("x", {"newName": object()}),  # type: ignore[typeddict-item]
        lambda: instance.rateLimit("none"),  # type: ignore[arg-type]
    ]
    for call in calls:
        with pytest.raises((TypeError, ValueError, sonoran.SonoranError)) as caught:
            call()
        assert frames_with_the_key(caught.value) == []


def test_a_body_that_fails_in_its_midst() -> None:
    receiver = EventReceiver(CANARY)
    parts = [{"type": "http.request", "body": body(key=CANARY), "more_body": True}]

    async def receive() -> Any:
        return parts.pop() if parts else 1 / 0

    async def send(message: object) -> None: ...

    scope = {"type": "http", "method": "POST", "path": PATH, "headers": []}
    with pytest.raises(ZeroDivisionError) as caught:
        asyncio.run(receiver.asgi(scope, receive, send))
    assert frames_with_the_key(caught.value) == []

    class Input:
        parts = iter([body(key=CANARY)[:9]])

        def read(self, size: int) -> bytes:
            return next(self.parts, None) or bytes(1 // 0)

    environ: Any = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "CONTENT_LENGTH": "99",
        "wsgi.input": Input(),
    }
    start: Any = None
    with pytest.raises(ZeroDivisionError) as caught:
        receiver.wsgi(environ, start)
    assert frames_with_the_key(caught.value) == []


def test_an_answer_that_fails() -> None:
    def start(status: str, headers: object, *_: object) -> Any:
        raise OSError(status)

    with pytest.raises(OSError, match="204") as caught:
        EventReceiver(CANARY).wsgi(posted(), start)
    assert frames_with_the_key(caught.value) == []


def test_a_worker_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(worker: object, *_: object) -> Any:
        raise MemoryError

    monkeypatch.setattr("sonoran._worker.ThreadWorker.offer", fail)
    monkeypatch.setattr("sonoran._worker.LoopWorker.offer", fail)
    receiver = EventReceiver(CANARY)
    start: Any = None
    with pytest.raises(MemoryError) as caught:
        receiver.wsgi(posted(), start)
    assert frames_with_the_key(caught.value) == []

    async def receive() -> Any:
        return {"type": "http.request", "body": body(key=CANARY)}

    async def send(message: object) -> None: ...

    scope = {"type": "http", "method": "POST", "path": PATH, "headers": []}
    with pytest.raises(MemoryError) as caught:
        asyncio.run(receiver.asgi(scope, receive, send))
    assert frames_with_the_key(caught.value) == []


def posted() -> Any:
    content = body(key=CANARY)
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content),
    }
