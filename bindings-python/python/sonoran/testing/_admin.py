"""Calls to the emulator's admin side."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

# The emulator is on this machine and answers at once, but the machine may be busy.
_PATIENCE = 60


class EmulatorError(Exception):
    """The emulator could not be started, has ended, or could not do what was asked."""


class Admin:
    """The admin side of one emulator, for one of its worlds or for all of it."""

    def __init__(self, url: str, world: str | None = None) -> None:
        self._address = urlsplit(url).netloc
        self._query = {} if world is None else {"world": world}

    def __call__(
        self, method: str, path: str, body: object = None, query: dict[str, object] | None = None
    ) -> Any:
        """What it answers, read. A refusal of what was asked is a ValueError."""
        status, answer = self.ask(method, path, body, query)
        if status >= 400:
            raise ValueError(refusal(answer))
        return answer

    def ask(
        self, method: str, path: str, body: object = None, query: dict[str, object] | None = None
    ) -> tuple[int, Any]:
        """The status and the answer, whatever it is."""
        asked = urlencode({**self._query, **(query or {})})
        text = None if body is None else _json(body)
        # Not through urllib: a proxy of the environment has no business here.
        connection = HTTPConnection(self._address, timeout=_PATIENCE)
        try:
            connection.request(method, f"/_emulator/{path}{'?' * bool(asked)}{asked}", text)
            reply = connection.getresponse()
            answer = reply.read()
        except OSError as error:
            raise EmulatorError(f"the emulator at {self._address} does not answer: {error}") from error
        finally:
            connection.close()
        return reply.status, json.loads(answer) if answer else None


def refusal(answer: dict[str, Any]) -> str:
    """What the emulator refuses, without where in the request it stood: nobody here has written one."""
    detail: str = answer["detail"]
    return detail.removeprefix("body: ").removeprefix("rule 1: ")


def _json(body: object) -> str:
    try:
        return json.dumps(body)
    except TypeError as error:
        raise TypeError(f"the emulator is asked in JSON: {error}") from None
