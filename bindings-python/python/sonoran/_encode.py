"""From Python values to the JSON that the native part reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def _other(value: Any) -> Any:
    """What JSON has no form for, but has one obvious reading."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Enum):
        return value.value
    # Imported only here: most programs never send one.
    from datetime import date, time
    from uuid import UUID

    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    raise TypeError(f"JSON has no form for {type(value).__name__}")


_encode = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":"), default=_other).encode


def encode(name: str, value: object) -> str:
    """The JSON text of an argument or option; its name goes into the error when there is none."""
    try:
        text = _encode(value)
        if not text.isascii():
            # Half of a surrogate pair is refused here, where the error can name the argument.
            text.encode()
        return text
    except (TypeError, ValueError, RecursionError) as error:
        refusal = TypeError if isinstance(error, TypeError) else ValueError
        raise refusal(f"{name} cannot be sent as JSON: {error}") from None


def encode_payload(name: str, value: object, many: bool = False, text: bool = False) -> str:
    """The JSON text of a payload or query object, of a list of objects, or of a text that stands for one."""
    if text and isinstance(value, str):
        return encode(name, value)
    if many:
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise TypeError(f"{name} must be a list of dicts, not {type(value).__name__}")
        return encode(name, list(value))
    if not isinstance(value, Mapping):
        wanted = "a str or a mapping" if text else "a mapping"
        raise TypeError(f"{name} must be {wanted} such as a dict, not {type(value).__name__}")
    return encode(name, value)


def milliseconds(name: str, seconds: object) -> object:
    """A time in the native part's unit. What is no number is left for it to refuse."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return seconds
    if seconds != seconds or seconds in (float("inf"), float("-inf")):
        raise ValueError(f"{name} must be a finite number of seconds")
    return seconds * 1000
