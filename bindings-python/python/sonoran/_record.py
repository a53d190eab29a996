"""What values of this package have in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class Record:
    """Equality, repr and pickling over the fields, without what dataclasses take to import."""

    __slots__ = ()

    _fields: tuple[str, ...] = ()
    """The fields, in the order in which the constructor takes them."""

    def _values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._values()

    # Their fields may hold dicts.
    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                # Protocols of Python are looked for often, and nobody has misspelt them.
                raise AttributeError(name)
            from ._meant import meant

            kind = type(self).__name__
            raise AttributeError(f"a {kind} has no {name}{meant(name, dir(type(self)))}")


def error_state(error: BaseException) -> dict[str, Any]:
    """What pickling keeps of an error beside its message: fields, notes, and a cause that can be pickled."""
    state = dict(error.__dict__)
    if error.__cause__ is not None:
        import pickle

        try:
            pickle.dumps(error.__cause__)
        except Exception:
            # Without it the error itself still gets to the other process.
            pass
        else:
            state["__cause__"] = error.__cause__
    return state
