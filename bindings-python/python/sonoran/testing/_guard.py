"""No call leaves this machine."""

from __future__ import annotations

import os

from sonoran._guard import NAME
from sonoran._native import guard as _set


def guard(on: bool = True) -> bool:
    """Keeps the instances of this process from calling any other machine, such as the service itself.

    While it is on, a call to an address that is not of this machine raises RuntimeError, with what to do.
    Processes that are started meanwhile begin with it, where they inherit the environment. With pytest
    nobody needs this: it is on from the beginning. Returns what it was before.

        guard()
        bot.promote("00000000-0000-0000-0000-000000000000")
    """
    before = _set(on)
    if on:
        os.environ[NAME] = "1"
    else:
        os.environ.pop(NAME, None)
    return before
