"""What the methods of a world take: a slip is told by its name, before the emulator is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from inspect import signature
from reprlib import repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    # The types that fit, which of their values do, and both in words.
    Rule = tuple[tuple[type, ...], Callable[[Any], bool], str]


def _any(_: Any) -> bool:
    return True


def _natural(value: Any) -> bool:
    return type(value) is int and value >= 0


def _places(value: Any) -> bool:
    return _natural(value) or (not isinstance(value, (int, str)) and all(map(_natural, value)))


def _one_of(*names: str) -> Rule:
    return (str,), names.__contains__, f"{', '.join(map(ascii, names[:-1]))} or {names[-1]!r}"


_TEXT: Rule = (str,), _any, "a str"
_FLAG: Rule = (bool,), _any, "True or False"
_WHOLE: Rule = (int,), _natural, "a whole number from 0"
_SECONDS: Rule = (
    (int, float),
    lambda value: type(value) is not bool and 0 <= value < float("inf"),
    "a number from 0",
)
_SHARE: Rule = (int, float), lambda value: type(value) is not bool and 0 <= value <= 1, "a number from 0 to 1"
_FIELDS: Rule = (Mapping,), _any, "a mapping such as a dict"

_RULES: dict[str, Rule] = {
    "operation": ((str,), _any, "the name of a method, such as 'getAccountV2'"),
    "method": ((str,), _any, "a verb, such as 'GET'"),
    "path": ((str,), _any, "a path, such as '*/ranks'"),
    "status": _WHOLE,
    "outcome": _one_of("pending", "answered", "aborted", "fault"),
    "since": _WHOLE,
    "limit": _WHOLE,
    "count": _WHOLE,
    "atLeast": _WHOLE,
    "atMost": _WHOLE,
    "query": _FIELDS,
    "headers": _FIELDS,
    "action": ((Mapping,), _any, "a dict, such as {'type': 'respond', 'status': 503}"),
    "action.type": _one_of(
        "none", "respond", "close", "reset", "truncate", "drip", "malformed", "html", "raw"
    ),
    "action.status": _WHOLE,
    "action.headers": _FIELDS,
    "action.text": _TEXT,
    "action.hex": _TEXT,
    "action.repeat": _WHOLE,
    "action.bytes": _WHOLE,
    "action.milliseconds": _WHOLE,
    "action.applied": _FLAG,
    "nth": ((int, Sequence), _places, "a whole number, or a list of such"),
    "times": ((int, str), lambda value: _natural(value) or value == "always", "a whole number or 'always'"),
    "probability": _SHARE,
    "seed": _WHOLE,
    "delay": _SECONDS,
    "enabled": _FLAG,
    "windowSeconds": _WHOLE,
    "style": _one_of("gateway", "problem"),
    "overrides": (
        (Mapping,),
        lambda value: all(ceiling is None or _natural(ceiling) for ceiling in value.values()),
        "a mapping of names of methods to whole numbers, or to None",
    ),
    "state": _FIELDS,
    "change": _FIELDS,
    "accounts": _WHOLE,
    "strict": _FLAG,
    "seconds": _SECONDS,
    "at": ((str, datetime), _any, "a datetime, or a str such as '2026-04-15T12:30:00Z'"),
    "url": _TEXT,
    "type": ((str,), _any, "the name of an event, such as 'ACCOUNT_KICKED'"),
    "data": _FIELDS,
}


def given(**fields: Any) -> dict[str, Any]:
    """The fields that were given.

    Raises TypeError or ValueError for one that is none of what its name takes.
    """
    found = {name: value for name, value in fields.items() if value is not None}
    for name, value in found.items():
        check(name, value)
    for field, value in found.get("action", {}).items():
        check(f"action.{field}", value)
    return found


def check(name: str, value: Any) -> None:
    """Raises TypeError or ValueError where the value is none of what the name takes."""
    if name not in _RULES:
        return
    types, fits, words = _RULES[name]
    if not isinstance(value, types):
        raise TypeError(f"{name} must be {words}, not {type(value).__name__}")
    if not fits(value):
        raise ValueError(f"{name} must be {words}, not {repr(value)}")


def check_options(name: str, options: Any, taker: Callable[..., object]) -> None:
    """Raises TypeError where these are no options of the taker."""
    if not isinstance(options, Mapping):
        raise TypeError(f"{name} must be a dict, not {type(options).__name__}")
    known = signature(taker).parameters
    for option in options:
        if option not in known:
            from sonoran._meant import meant

            raise TypeError(f"{name}: there is no option {option!r}{meant(str(option), known)}")
