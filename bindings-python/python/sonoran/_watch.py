"""What the native part tells of calls under way. Imported when there is something to tell."""

from __future__ import annotations

import logging

from ._options import refuse_coroutine
from .watch import Attempt, Wait

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_logger = logging.getLogger("sonoran")


def waits(callback: Callable[[Wait], object] | None, fields: tuple[Any, ...]) -> None:
    """A call waits for its rate limit, for longer than a second."""
    wait = Wait(*fields)
    if _logger.isEnabledFor(logging.INFO):
        message = "%s waits for its rate limit: %.1f s so far, about %.1f s to go"
        _logger.info(message, *wait, extra=wait._asdict())
    if callback is not None:
        refuse_coroutine("onWait", callback(wait))


def warned(kind: str, message: str) -> None:
    """Something that a program should know, and that no response tells."""
    _logger.warning(message, extra={"kind": kind})


def attempted(callback: Callable[[Attempt], object] | None, fields: tuple[Any, ...]) -> None:
    """An attempt of a call has ended."""
    attempt = Attempt(*fields)
    if _logger.isEnabledFor(logging.DEBUG):
        outcome = attempt.status if attempt.kind is None else f"{attempt.kind} ({attempt.reason})"
        message = "%s: attempt %d took %.3f s: %s"
        values = [attempt.operation, attempt.number, attempt.elapsed, outcome]
        if attempt.pause is not None:
            message += "; the next one in %.1f s"
            values.append(attempt.pause)
        extra = {
            "operation": attempt.operation,
            "attempt": attempt.number,
            "status": attempt.status,
            "elapsed": attempt.elapsed,
            "pause": attempt.pause,
            "request_id": attempt.requestId,
        }
        _logger.debug(message, *values, extra=extra)
    if callback is not None:
        refuse_coroutine("onAttempt", callback(attempt))
