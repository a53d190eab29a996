"""The emulator's program, started and ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from ._admin import Admin, EmulatorError
from ._world import World

if TYPE_CHECKING:
    from types import TracebackType


class Emulator:
    """A running emulator. It ends with `stop`, a ``with`` block, and this process, however that ends.

    limits: whether it counts rate limits as the service does, and the instances of its worlds wait for
        them. A test of your own code seldom wants that: after sixty calls it would wait for a minute.
    strict: take only what is documented; the refusal names the nearest documented field.
    seedFile: a state to start with, in place of the documented examples'.
    program: its path; else the environment's SONORAN_EMULATOR, the installed package's, or the one on PATH.

    Raises EmulatorError where there is no program, or it does not start.
    """

    url: str
    """Its address."""

    def __init__(
        self,
        *,
        limits: bool = False,
        strict: bool = False,
        seedFile: str | os.PathLike[str] | None = None,
        program: str | os.PathLike[str] | None = None,
    ) -> None:
        self._limits = limits
        words = [os.fspath(program or _program()), "--port", "0", "--exit-with-parent"]
        words += ["--limits", "on" if limits else "off", "--strict", "on" if strict else "off"]
        if seedFile is not None:
            words += ["--seed-file", os.fspath(seedFile)]
        try:
            # The pipe that it reads closes when this process ends.
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
            )
        except OSError as error:
            raise EmulatorError(f"the emulator cannot be started: {error}") from error
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            self.stop()
            raise EmulatorError("the emulator ended before it was ready, and said why on standard error")
        self.url = json.loads(ready)["url"]

    def world(self) -> World:
        """A new world: the documented examples' community under a key of its own, untouched by all others."""
        admin = Admin(self.url)
        made: dict[str, Any] = admin("POST", "worlds")
        last = admin("GET", "journal", query={"limit": 0})["last"]
        return World(self.url, made["key"], made["communityId"], made["key"], self._limits, last)

    @property
    def default(self) -> World:
        """The world of the documented key, YOUR_API_KEY, for code that has the credential of the examples."""
        return World(self.url, "YOUR_API_KEY", "YOUR_COMMUNITY_ID", None, self._limits)

    def stop(self) -> None:
        """Ends it."""
        process = self._process
        process.terminate()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Emulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"Emulator(url={self.url!r})"


def _program() -> str:
    named = os.environ.get("SONORAN_EMULATOR")
    if named:
        return named
    try:
        from sonoran_emulator import find_emulator
    except ImportError:
        found = shutil.which("sonoran-emulator")
    else:
        found = str(find_emulator())
    if found is None:
        raise EmulatorError('there is no sonoran-emulator here: pip install "Sonoran.py[testing]"')
    return found


def _environment() -> dict[str, str]:
    """Without what would start it otherwise than it is asked to."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SONORAN_EMULATOR_")}
