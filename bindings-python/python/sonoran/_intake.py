"""What a receiver answers, whichever way a request came in."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from ._native import EVENT_BYTES
from ._parse import event_of
from .event import EventError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ._callbacks import Callbacks
    from ._native import EventKeys
    from .event import Event


class Answer(NamedTuple):
    """An answer without a body, or with a reason as one."""

    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    closes: bool = False
    """Whether some of the request was not read: then nothing more can come over its connection."""

    @property
    def phrase(self) -> str:
        return HTTPStatus(self.status).phrase

    @property
    def body(self) -> bytes:
        return self.reason.encode()

    def all_headers(self) -> list[tuple[str, str]]:
        """Its headers, with those that its body needs."""
        if self.status == 204:
            return list(self.headers)
        length = ("Content-Length", str(len(self.body)))
        return [("Content-Type", "text/plain; charset=utf-8"), length, *self.headers]


_LATER = (("Retry-After", "1"),)

ACCEPTED = Answer(204)
NOT_HERE = Answer(404, "Events are not received at this path.", closes=True)
NOT_SO = Answer(405, "Events are received by POST alone.", (("Allow", "POST"),), closes=True)
CLOSING = Answer(503, "The receiver takes no more events.", _LATER, closes=True)
FULL = Answer(503, "Too many events are waiting.", _LATER)
TOO_SLOW = Answer(408, "The body did not come in time.", closes=True)
TOO_LARGE = Answer(413, f"The body has more than {EVENT_BYTES // 1024} KiB.", closes=True)
CUT_OFF = Answer(400, "The body ended early.", closes=True)
NO_LENGTH = Answer(411, "The body's Content-Length is missing or is no number.", closes=True)


class Intake:
    """What a receiver was made with, and whether it still takes events."""

    def __init__(
        self,
        keys: EventKeys,
        callbacks: Callbacks,
        max_queue: int,
        body_timeout: float,
        path: str | None,
    ) -> None:
        self.keys = keys
        self.callbacks = callbacks
        self.max_queue = max_queue
        self.body_timeout = body_timeout
        self.path = path
        self.closed = False

    def refusal(self, method: str, root: str, path: str) -> Answer | None:
        """The answer that needs no look at the body. `root` is where a framework has mounted the app."""
        if not self._is_here(root, path):
            return NOT_HERE
        if method != "POST":
            return NOT_SO
        return CLOSING if self.closed else None

    def _is_here(self, root: str, path: str) -> bool:
        # Servers differ in whether the path has the root in it.
        rest = path[len(root) :] if path.startswith(root) else path
        mounted_here = root != "" and rest in ("", "/")
        return self.path is None or mounted_here or self.path in (path, rest, root + path)

    def take(self, body: bytes | bytearray, offer: Callable[[Event], bool]) -> Answer:
        """The answer to a whole body; its event is offered to those who work."""
        try:
            event = event_of(self.keys.read(body))
        except EventError as error:
            return Answer(error.status, error.reason)
        finally:
            # A report of an error that shows the values of variables shall not show the key.
            del body
        if self.closed:
            return CLOSING
        return ACCEPTED if offer(event) else FULL


def is_too_long(length: str) -> bool:
    """Whether a Content-Length, which is digits alone, is beyond the bound."""
    digits = length.lstrip("0")
    return len(digits) > len(str(EVENT_BYTES)) or int(digits or "0") > EVENT_BYTES
