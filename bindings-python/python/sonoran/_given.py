"""What stands for an argument that must be given, where Python wants a default all the same."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class NotGiven:
    """The type of NOT_GIVEN."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<must be given>"


NOT_GIVEN = NotGiven()


def given(value: Any) -> Any:
    """The argument, or None, which the native part refuses by its name."""
    return None if value is NOT_GIVEN else value
