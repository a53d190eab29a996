"""The receivers over HTTP: what they answer, whom they call, and that nobody outside can stop them."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import Any

import pytest

import serving
from serving import CANARY, PATH, Address, Answered, body, exchange, send
from sonoran import AccountKickedEvent, Event, EventReceiver, UnknownEvent
from support import EVENTS, KEY

Serve = Callable[[EventReceiver], AbstractContextManager[Address]]


@pytest.fixture(params=["asgi", "wsgi"])
def serve(request: pytest.FixtureRequest) -> Serve:
    found: dict[str, Serve] = {"asgi": serving.asgi, "wsgi": serving.wsgi}
    return found[request.param]


@pytest.fixture(autouse=True)
def no_key_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert "c4nary" not in caplog.text


def made(**options: Any) -> tuple[EventReceiver, SimpleQueue[Event]]:
    """A receiver, and where its events of one type come out."""
    receiver = EventReceiver(["another", CANARY], **options)
    came: SimpleQueue[Event] = SimpleQueue()
    receiver.on("ACCOUNT_KICKED")(came.put)
    return receiver, came


@pytest.mark.parametrize("documented", EVENTS, ids=[event["type"] for event in EVENTS])
def test_a_documented_event(documented: dict[str, Any], serve: Serve) -> None:
    receiver = EventReceiver(KEY)
    came: SimpleQueue[Event] = SimpleQueue()
    receiver.on(str(documented["type"]))(came.put)
    with serve(receiver) as address:
        answer = send(address, json.dumps(documented["body"]).encode())
        assert (answer.status, answer.text) == (204, "")
        event = came.get(timeout=60)
    assert type(event).__name__ == f"{documented['name']}Event"
    assert event.data == documented["body"]["data"]


def test_an_async_callback(serve: Serve) -> None:
    receiver, came = made()
    loops: list[object] = []

    @receiver.on("ACCOUNT_KICKED")
    async def kicked(event: AccountKickedEvent) -> None:
        await asyncio.sleep(0)
        loops.append(asyncio.get_running_loop())
        came.put(event)

    with serve(receiver) as address:
        for _ in range(2):
            send(address, body(data={}))
        assert [came.get(timeout=60).type for _ in range(4)] == ["ACCOUNT_KICKED"] * 4
    assert loops[0] is loops[1]


def test_who_is_called_for_what(serve: Serve) -> None:
    receiver, known = made()
    named: SimpleQueue[Event] = SimpleQueue()
    unknown: SimpleQueue[Event] = SimpleQueue()
    receiver.on("ROSTER_CHANGED")(named.put)
    receiver.on_unknown(unknown.put)
    with serve(receiver) as address:
        for event_type, data in [
            ("ROSTER_CHANGED", 1),
            ("OTHER", 2),
            ("ACCOUNT_KICKED", 3),
            ("ACCOUNT_BANNED", {}),
        ]:
            assert send(address, body(event_type, data)).status == 204
        send(address, body("ACCOUNT_KICKED", {"accountId": "last"}))
        assert known.get(timeout=60) == AccountKickedEvent("last", {"accountId": "last"})
    assert named.get_nowait() == UnknownEvent("ROSTER_CHANGED", None, 1)
    assert [unknown.get_nowait().data for _ in range(2)] == [2, 3]
    assert (known.qsize(), named.qsize(), unknown.qsize()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"content": body(key="wrong")}, 401, "`key`"),
        ({"content": b'{"type":"ACCOUNT_KICKED","data":{}}'}, 401, "`key`"),
        ({"content": b"c4nary-0fTheKey"}, 400, "not JSON"),
        ({"content": b""}, 400, "not JSON"),
        ({"content": body(), "method": "GET"}, 405, "POST"),
        ({"content": body(), "method": "PUT"}, 405, "POST"),
        ({"content": body(), "path": "/"}, 404, "path"),
        ({"content": body(), "path": PATH + "/more"}, 404, "path"),
        ({"content": b"", "path": "/elsewhere", "method": "GET"}, 404, "path"),
        ({"content": b" " * 262_145}, 413, "256 KiB"),
    ],
)
def test_refusals(given: dict[str, Any], status: int, words: str, serve: Serve) -> None:
    receiver, came = made()
    with serve(receiver) as address:
        answer = send(address, **given)
        assert send(address, body(data={})).status == 204
        came.get(timeout=60)
    assert answer.status == status
    assert words in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers.get("allow") == ("POST" if status == 405 else None)
    assert "c4nary" not in answer.text + repr(answer.headers)
    assert came.qsize() == 0


def test_a_body_that_is_as_large_as_may_be(serve: Serve) -> None:
    receiver, came = made()
    with serve(receiver) as address:
        whole = body(data={})
        assert send(address, whole + b" " * (262_144 - len(whole))).status == 204
        came.get(timeout=60)


def test_an_oversized_body_is_not_waited_for(serve: Serve) -> None:
    receiver, _ = made()
    with serve(receiver) as address:
        for length in (262_145, 10**30):
            head = f"POST {PATH} HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n"
            assert exchange(address, head.encode()).status == 413


def chunked(*chunks: bytes) -> bytes:
    head = f"POST {PATH} HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head.encode() + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def test_a_body_in_chunks() -> None:
    receiver, came = made()
    whole = body(data={})
    with serving.asgi(receiver) as address:
        assert exchange(address, chunked(whole[:9], whole[9:], b"")).status == 204
        came.get(timeout=60)
        # No more than this comes, and no end.
        assert exchange(address, chunked(b" " * 200_000, b" " * 200_000)).status == 413


def test_chunks_that_the_server_does_not_read() -> None:
    receiver, _ = made()
    with serving.wsgi(receiver) as address:
        assert exchange(address, chunked(body(), b"")).status == 411


def dripping(address: Address) -> Answered:
    """Sends a body bit by bit until there is an answer."""
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(f"POST {PATH} HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\n".encode())
        connection.settimeout(0.02)
        for _ in range(500):
            connection.sendall(b" ")
            try:
                connection.recv(1, socket.MSG_PEEK)
            except socket.timeout:
                continue
            break
        connection.settimeout(60)
        return Answered(connection)


def test_a_slow_body(serve: Serve) -> None:
    receiver, came = made(body_timeout=0.1)
    with serve(receiver) as address:
        answer = dripping(address)
        assert (answer.status, answer.text) == (408, "The body did not come in time.")
        assert send(address, body(data={})).status == 204
        came.get(timeout=60)


def test_a_client_that_leaves(serve: Serve) -> None:
    receiver, came = made()
    with serve(receiver) as address:
        for _ in range(3):
            with socket.create_connection(address, timeout=60) as connection:
                connection.sendall(f"POST {PATH} HTTP/1.1\r\nContent-Length: 100\r\n\r\n{{".encode())
        assert send(address, body(data={})).status == 204
        came.get(timeout=60)
    assert came.qsize() == 0


async def at_once(address: Address, bodies: list[bytes]) -> list[int]:
    async def one(content: bytes) -> int:
        reader, writer = await asyncio.open_connection(*address)
        head = f"POST {PATH} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(content)}\r\n\r\n"
        writer.write(head.encode() + content)
        status = int((await reader.read()).split(b" ")[1])
        writer.close()
        return status

    return await asyncio.gather(*map(one, bodies))


def test_a_thousand_events_at_once(serve: Serve) -> None:
    receiver, came = made()
    accounts = [f"account-{number}" for number in range(1000)]
    with serve(receiver) as address:
        statuses = asyncio.run(at_once(address, [body(data={"accountId": account}) for account in accounts]))
        assert statuses == [204] * 1000
        assert sorted(str(came.get(timeout=60).accountId) for _ in accounts) == sorted(accounts)


def test_they_are_called_back_in_the_order_of_arrival(serve: Serve) -> None:
    receiver, came = made()
    with serve(receiver) as address:
        for number in range(30):
            send(address, body(data={"accountId": str(number)}))
        assert [came.get(timeout=60).accountId for _ in range(30)] == [str(number) for number in range(30)]


def held(receiver: EventReceiver) -> tuple[threading.Semaphore, threading.Event]:
    """Makes callbacks wait: says when one has begun, and lets them all go on."""
    begun, go_on = threading.Semaphore(0), threading.Event()

    @receiver.on("ACCOUNT_KICKED")
    def hold(event: AccountKickedEvent) -> None:
        begun.release()
        assert go_on.wait(60)

    return begun, go_on


def test_a_full_queue(serve: Serve) -> None:
    receiver, came = made(max_queue=2)
    begun, go_on = held(receiver)
    with serve(receiver) as address:
        assert send(address, body(data={})).status == 204
        assert begun.acquire(timeout=60)
        # Answered while a callback is at work, until no more can wait.
        answers = [send(address, body(data={})) for _ in range(4)]
        assert [answer.status for answer in answers] == [204, 204, 503, 503]
        assert answers[3].headers["retry-after"] == "1"
        go_on.set()
        for _ in range(3):
            came.get(timeout=60)
        assert send(address, body(data={})).status == 204
        came.get(timeout=60)


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the package has logged, each time with the error."""
    records = [record for record in caplog.records if record.name == "sonoran"]
    assert all(record.exc_info for record in records)
    return [record.getMessage() for record in records]


class Odd(BaseException):
    """No ordinary exception."""


@pytest.mark.parametrize(
    "failure", [ValueError("one"), StopIteration(), SystemExit(3), Odd(), asyncio.CancelledError()]
)
@pytest.mark.parametrize("is_async", [False, True])
def test_a_callback_that_fails(
    failure: BaseException, is_async: bool, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    if is_async and isinstance(failure, SystemExit):
        pytest.skip("asyncio ends its loop with it")
    receiver = EventReceiver(CANARY)

    def fail(event: Event) -> None:
        raise failure

    async def fail_later(event: Event) -> None:
        await asyncio.sleep(0)
        raise failure

    receiver.on("ACCOUNT_KICKED")(fail_later if is_async else fail)
    came: SimpleQueue[Event] = SimpleQueue()
    receiver.on("ACCOUNT_KICKED")(came.put)
    with serve(receiver) as address:
        for _ in range(2):
            assert send(address, body(data={})).status == 204
            came.get(timeout=60)
    assert logged(caplog) == ["A callback for 'ACCOUNT_KICKED' failed."] * 2


def test_failures_go_to_those_who_ask(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    receiver = EventReceiver(CANARY)
    seen: SimpleQueue[tuple[BaseException, Event]] = SimpleQueue()

    @receiver.on("ACCOUNT_KICKED")
    def fail(event: AccountKickedEvent) -> None:
        raise ValueError("on purpose")

    @receiver.on_error
    def fail_again(error: BaseException, event: Event) -> None:
        raise KeyError("as well")

    @receiver.on_error
    async def keep(error: BaseException, event: Event) -> None:
        seen.put((error, event))

    with serve(receiver) as address:
        send(address, body(data={"accountId": "a"}))
        error, event = seen.get(timeout=60)
    assert str(error) == "on purpose"
    assert event.accountId == "a"
    # With the values of all variables on the way, as crash reporters have them.
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert "c4nary" not in "".join(told.format())
    assert logged(caplog) == ["A callback for errors failed."]


def test_closing_waits_for_what_was_taken(serve: Serve) -> None:
    receiver, came = made()
    begun, go_on = held(receiver)
    closed = threading.Event()

    def close() -> None:
        receiver.close()
        closed.set()

    with serve(receiver) as address:
        for _ in range(3):
            assert send(address, body(data={})).status == 204
        assert begun.acquire(timeout=60)
        closing = threading.Thread(target=close)
        closing.start()
        while send(address, body(data={})).status == 204:
            pass
        answer = send(address, body(data={}))
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert not closed.is_set()
        go_on.set()
        closing.join(60)
        assert closed.is_set()
        assert came.qsize() >= 3
        receiver.close()


def test_closing_from_a_callback_does_not_wait_for_itself(serve: Serve) -> None:
    receiver, _ = made()
    receiver.on("ACCOUNT_KICKED")(lambda event: receiver.close())
    done = threading.Event()
    receiver.on("ACCOUNT_KICKED")(lambda event: done.set())
    with serve(receiver) as address:
        assert send(address, body(data={})).status == 204
        assert done.wait(60)
        assert send(address, body(data={})).status == 503
