"""Who is told of an event, in which order, and who of a callback that failed."""

from __future__ import annotations

from ._events import CLASSES
from .event import UnknownEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from .event import Event

    Callback = Callable[..., object]
    Step = tuple[Callback, tuple[Any, ...]]


class Callbacks:
    """The callbacks of one receiver."""

    def __init__(self) -> None:
        self.by_type: dict[str, list[Callback]] = {}
        self.unknown: list[Callback] = []
        self.errors: list[Callback] = []

    def of(self, event: Event) -> list[Callback]:
        """The callbacks for an event. Those of a documented type never get one with other data."""
        named = self.by_type.get(event.type, ())
        if isinstance(event, UnknownEvent) and (event.type in CLASSES or not named):
            named = self.unknown
        return list(named)

    def steps(self, event: Event) -> Generator[Step, BaseException | None, None]:
        """What is to be called, with what. Each is answered with the error that came of it, or with None."""
        for callback in self.of(event):
            error = yield callback, (event,)
            if error is None:
                continue
            if not self.errors:
                _log(error, f"A callback for {event.type!r} failed.")
            for report in list(self.errors):
                failure = yield report, (error, event)
                if failure is not None:
                    _log(failure, "A callback for errors failed.")


def _log(error: BaseException, message: str) -> None:
    # Imported only here: few programs need it.
    import logging

    logging.getLogger("sonoran").error(message, exc_info=error)
