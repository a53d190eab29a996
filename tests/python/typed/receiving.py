"""A receiver of events as its author's type checker sees it; see consumer.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from sonoran import (
    AccountBannedEvent,
    AccountKickedEvent,
    AccountUpdatedEvent,
    Event,
    EventError,
    EventReceiver,
    UnknownEvent,
    parse_event,
)
from sonoran.types import AccountKicked, AccountUpdated

receiver = EventReceiver("KEY", max_queue=10, body_timeout=2.5, path=None)
EventReceiver(["KEY", "OLD"])
EventReceiver()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
EventReceiver(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
EventReceiver("KEY", queue=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


@receiver.on("ACCOUNT_KICKED")
def kicked(event: AccountKickedEvent) -> None:
    data: AccountKicked = event.data
    print(event.accountId, data.get("discordId"))
    data["discrodId"]  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
    event.accountId = "other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


@receiver.on("ACCOUNT_UPDATED")
async def updated(event: AccountUpdatedEvent) -> None:
    data: AccountUpdated = event.data
    ranks: list[str] | None = data.get("secondaryRanks")
    print(ranks)


@receiver.on("ACCOUNT_KICKED")
@receiver.on("ACCOUNT_BANNED")
def gone(event: AccountKickedEvent | AccountBannedEvent) -> str | None:
    return event.data.get("discordId")


@receiver.on("ACCOUNT_KICKED")  # type: ignore[type-var]  # pyright: ignore
def of_another(event: AccountBannedEvent) -> None: ...


@receiver.on("ROSTER_CHANGED")
@receiver.on_unknown
def other(event: UnknownEvent) -> None:
    print(event.type, event.data["anything"])


@receiver.on_error
async def failed(error: BaseException, event: Event) -> None:
    print(error, event.type)


@receiver.on_error  # type: ignore[type-var]  # pyright: ignore
def too_few(error: BaseException) -> None: ...


# They are what they were before.
again: Callable[[AccountUpdatedEvent], Awaitable[None]] = updated
receiver.on(5)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


def read(body: bytes | str) -> str | None:
    try:
        event = parse_event(body, ["KEY", "OLD"])
    except EventError as error:
        print(error.kind == "auth", error.reason, error.status + 1, error.kidn)  # type: ignore[attr-defined]  # pyright: ignore
        return None
    if isinstance(event, AccountUpdatedEvent):
        return event.data.get("comName")
    if type(event) is AccountKickedEvent:
        event.data["nothing"]  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
        return event.data.get("discordId")
    parse_event(5, "KEY")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    parse_event(body)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    return event.accountId


Scope = MutableMapping[str, Any]
# As frameworks write it.
asgi: Callable[
    [Scope, Callable[[], Awaitable[Scope]], Callable[[Scope], Awaitable[None]]], Awaitable[None]
] = receiver.asgi
wsgi: Callable[[dict[str, Any], Any], Iterable[bytes]] = receiver.wsgi
