"""Methods of `instance.cms` that a test replaces. Imported when one is."""

from __future__ import annotations

from ._meant import meant


def check(cms: object, name: str, value: object) -> None:
    """Refuses what is no method to be called in the place of a documented one."""
    kind = type(cms)
    if kind.__module__.partition(".")[0] != __package__:
        # A subclass has attributes of its own.
        return
    methods = [each for each in dir(kind) if not each.startswith("_")]
    if name not in methods:
        hint = meant(name, methods)
        raise AttributeError(f"instance.cms takes no attribute {name}: tests replace its methods alone{hint}")
    if not callable(value):
        raise AttributeError(f"instance.cms.{name} is a method: only one can take its place")


def refuse(cms: object, name: str) -> None:
    """Refuses the name of a method that was replaced, where the service would be called all the same."""
    replaced = getattr(cms, "__dict__", {}).get(name)
    if replaced is not None and getattr(replaced, "__self__", None) is not cms:
        raise TypeError(f"method {name} was replaced, and map would call the service: replace instance.map")
