"""What may have been meant by a name that is not there. Imported when there is such a name."""

from __future__ import annotations

from difflib import get_close_matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def meant(name: str, names: Iterable[str]) -> str:
    """The nearest of the public names, to end a message with; nothing where none is near."""
    plain = {each.lower(): each for each in names if not each.startswith("_")}
    # As it is where a name was written in snake_case.
    near = get_close_matches(name.replace("_", "").lower(), plain, n=1, cutoff=0.7)
    return f": did you mean {plain[near[0]]}?" if near else ""
