"""What the emulator tells, and what can be asked of it."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, Union


class Request(TypedDict):
    """A request that came, and what was answered."""

    number: int
    """Its place in the journal, from 1."""
    requestId: str
    """The id that its answer bore."""
    time: str
    """When it came, by the world's clock."""
    method: str
    """Its verb."""
    path: str
    """Its path, without the query."""
    query: dict[str, Any]
    """The query's fields; one that was given several times is a list."""
    operation: str | None
    """The operation's id; None where the path names none."""
    name: str | None
    """The operation's method name, such as getAccountV2."""
    status: int | None
    """The status that was answered; None where there was no answer."""
    outcome: Literal["pending", "answered", "aborted", "fault"]
    """What became of it."""
    fault: int | None
    """The number of the fault that was played."""
    credential: str | None
    """A fingerprint of the key that it came with."""
    headers: dict[str, str]
    """Its headers by lower-case name; keys are not shown."""
    body: Any
    """Its body, as JSON or text; None where there was none."""
    bodyLength: int
    """How many bytes its body had."""
    bodyCut: bool
    """Whether only the first 64 KiB of the body are shown."""
    answer: Any
    """The answer's body, as JSON or text."""
    answerLength: int
    """How many bytes the answer's body had."""
    answerCut: bool
    """Whether only the first 64 KiB of the answer are shown."""


class _Respond(TypedDict):
    type: Literal["respond"]
    status: int


class Respond(_Respond, total=False):
    """Another answer instead. A body that is no text is sent as JSON; `hex` has its bytes instead."""

    headers: dict[str, str]
    body: Any
    hex: str
    repeat: int
    applied: bool


class _Lose(TypedDict):
    type: Literal["close", "reset"]


class Lose(_Lose, total=False):
    """The connection ends, or is reset, without a byte; `applied` carries the operation out before."""

    applied: bool


class _Truncate(TypedDict):
    type: Literal["truncate"]


class Truncate(_Truncate, total=False):
    """The usual answer, cut after so many bytes of its body."""

    bytes: int


class _Drip(TypedDict):
    type: Literal["drip"]


class Drip(_Drip, total=False):
    """The usual answer, so many bytes at a time."""

    bytes: int
    milliseconds: int


class _Html(TypedDict):
    type: Literal["html"]


class Html(_Html, total=False):
    """A gateway's page."""

    status: int


class _Raw(TypedDict):
    type: Literal["raw"]


class Raw(_Raw, total=False):
    """Exactly these bytes, then the end."""

    text: str
    hex: str
    applied: bool


class Plain(TypedDict):
    """The usual answer (with a `delay`), or one whose body is no JSON."""

    type: Literal["none", "malformed"]


Action = Union[Respond, Lose, Truncate, Drip, Html, Raw, Plain]
"""What a fault makes of an answer."""


class Limits(TypedDict):
    """The rate limits as they are counted."""

    enabled: bool
    windowSeconds: int
    style: Literal["gateway", "problem"]
    overrides: dict[str, int]
    usage: list[dict[str, Any]]


class Generated(TypedDict):
    """How many were made."""

    accounts: int
    records: int
    clockRows: int


class Delivery(TypedDict):
    """What became of a push event."""

    type: str
    url: str
    status: int | None
    error: str | None
