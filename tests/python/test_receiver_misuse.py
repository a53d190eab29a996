"""Receivers that cannot be made or used so, and that none of them shows its key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from serving import CANARY
from sonoran import Event, EventReceiver


@pytest.mark.parametrize(
    ("arguments", "options", "error", "named"),
    [
        ([], {}, TypeError, "key"),
        ([""], {}, ValueError, "key"),
        ([[]], {}, ValueError, "key"),
        ([5], {}, TypeError, "key"),
        ([CANARY], {"max_queue": 0}, ValueError, "max_queue"),
        ([CANARY], {"max_queue": True}, TypeError, "max_queue"),
        ([CANARY], {"max_queue": 1.5}, TypeError, "max_queue"),
        ([CANARY], {"body_timeout": 0}, ValueError, "body_timeout"),
        ([CANARY], {"body_timeout": float("nan")}, ValueError, "body_timeout"),
        ([CANARY], {"body_timeout": float("inf")}, ValueError, "body_timeout"),
        ([CANARY], {"body_timeout": timedelta()}, ValueError, "body_timeout"),
        ([CANARY], {"body_timeout": "5"}, TypeError, "body_timeout"),
        ([CANARY], {"path": "events"}, ValueError, "path"),
        ([CANARY], {"path": b"/events"}, TypeError, "path"),
        ([CANARY], {"queue": 5}, TypeError, "queue"),
    ],
)
def test_misuse(arguments: list[Any], options: dict[str, Any], error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named) as caught:
        EventReceiver(*arguments, **options)
    assert "c4nary" not in repr(caught.value)


def test_a_receiver_that_could_not_be_made_can_be_shown() -> None:
    receiver = EventReceiver.__new__(EventReceiver)
    with pytest.raises(ValueError, match="max_queue"):
        receiver.__init__(CANARY, max_queue=0)  # type: ignore[misc]
    assert repr(receiver) == "EventReceiver(not made)"


def test_a_body_timeout_may_be_a_timedelta() -> None:
    assert "body_timeout=2.5," in repr(EventReceiver(CANARY, body_timeout=timedelta(seconds=2.5)))


def test_misuse_of_the_decorators() -> None:
    receiver: Any = EventReceiver(CANARY)
    with pytest.raises(TypeError, match="on takes the type"):

        @receiver.on
        def kicked(event: Event) -> None: ...

    for decorate in (receiver.on("ACCOUNT_KICKED"), receiver.on_unknown, receiver.on_error):
        with pytest.raises(TypeError, match="callable, not str"):
            decorate("ACCOUNT_KICKED")


def test_a_receiver_shows_no_key() -> None:
    receiver = EventReceiver([CANARY])
    assert repr(receiver) == "EventReceiver(max_queue=1000, body_timeout=10.0, path='/sonorancms/events')"
    seen = [receiver, receiver.asgi, receiver.wsgi, *vars(receiver).values(), *vars(receiver.asgi).values()]
    seen += vars(receiver.asgi._intake).values()
    assert "c4nary" not in "".join(f"{each!r} {each} {getattr(each, '__dict__', '')}" for each in seen)
