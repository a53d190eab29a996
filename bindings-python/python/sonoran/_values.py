"""Values that are not of JSON's own types, in terms of those. Imported when the first one is to be sent."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from numbers import Real
from operator import index
from uuid import UUID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Unfit(Exception):
    """A value without a form in JSON: why, to be read after its place."""

    def __init__(self, problem: str, wrong_type: bool = True) -> None:
        super().__init__(problem)
        self.wrong_type = wrong_type


def plain(value: Any) -> object:
    """What the value stands for, one level of it; bytes are the digits of a number.

    Raises Unfit where that is not obvious.
    """
    fields = _fields(value)
    if fields is not None:
        return {name: getattr(value, name) for name in fields}
    if hasattr(type(value), "model_dump"):
        # The names that a model gives to the outside, where they differ from its attributes'.
        return value.model_dump(by_alias=True)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, (date, time)):
        return _moment(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Unfit("must be a finite number", wrong_type=False)
        return str(value).encode()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    _refuse(value)
    if isinstance(value, Sequence):
        return list(value)
    return _number(value)


def _fields(value: Any) -> list[str] | None:
    """The names of the fields of a named tuple, a dataclass or an attrs class."""
    kind = type(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return list(value._fields)
    if hasattr(kind, "__attrs_attrs__"):
        return [attribute.name for attribute in kind.__attrs_attrs__]
    if hasattr(kind, "__dataclass_fields__"):
        from dataclasses import fields

        return [field.name for field in fields(value)]
    return None


def _moment(value: date | time) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.utcoffset() is None:
        raise Unfit(
            "is a datetime without a time zone: give it one, as datetime.now(timezone.utc) has",
            wrong_type=False,
        )
    return value.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _refuse(value: object) -> None:
    """Says what to do about what people send by mistake."""
    name = type(value).__name__
    if isinstance(value, (bytes, bytearray, memoryview)):
        raise Unfit(f"is of type {name}: send text, such as value.decode()")
    if isinstance(value, Set):
        raise Unfit(f"is of type {name}, which has no order: send a list, such as sorted(value)")
    if isinstance(value, timedelta):
        raise Unfit("is of type timedelta: send a number, such as value.total_seconds()")


def _number(value: Any) -> object:
    """A number of another library, by Python's own protocols."""
    name = type(value).__name__
    # numpy's own bool, which would pass for a number.
    if name in ("bool", "bool_") and hasattr(value, "item"):
        return bool(value)
    if hasattr(type(value), "__index__"):
        try:
            return index(value)
        except TypeError:
            pass  # An array has the method, too.
    if isinstance(value, Real):
        return float(value)
    hint = ": send value.tolist()" if hasattr(value, "tolist") else ""
    raise Unfit(f"must be something that JSON has a form for, such as a dict or a str, not {name}{hint}")
