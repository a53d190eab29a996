"""The receiver as a WSGI app."""

from __future__ import annotations

import os
import socket
import time

from ._intake import CUT_OFF, NO_LENGTH, TOO_LARGE, TOO_SLOW, is_too_long
from ._native import EVENT_BYTES
from ._worker import ThreadWorker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ._intake import Answer, Intake
    from .event import Event

_CHUNK = 8192


class WsgiApp:
    """A WSGI app."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        # By process: after a fork the child has its own, since threads do not come along.
        self._workers: dict[int, ThreadWorker] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        root, path = _text(environ.get("SCRIPT_NAME", "")), _text(environ.get("PATH_INFO", ""))
        answer = self._intake.refusal(method, root, path)
        if answer is None:
            answer = self._answer(environ)
        start_response(f"{answer.status} {answer.phrase}", answer.all_headers())
        return [answer.body] if answer.body and method != "HEAD" else []

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        body = self._body(environ)
        try:
            # Bytes are a body, and all else is an answer without one.
            return self._intake.take(body, self._offer) if isinstance(body, bytearray) else body
        finally:
            # A report of an error that shows the values of variables shall not show the key.
            del body

    def drain(self) -> None:
        """Waits until what this process has taken is done."""
        worker = self._workers.get(os.getpid())
        if worker is not None:
            worker.drain()

    def _offer(self, event: Event) -> bool:
        process = os.getpid()
        worker = self._workers.get(process)
        if worker is None:
            # Of two threads that come here at once, both get the one that was first.
            made = ThreadWorker(self._intake.callbacks, self._intake.max_queue)
            worker = self._workers.setdefault(process, made)
            for other in [each for each in self._workers if each != process]:
                self._workers.pop(other, None)
        return worker.offer(event)

    def _body(self, environ: WSGIEnvironment) -> bytearray | Answer:
        length = environ.get("CONTENT_LENGTH") or ""
        # Without a length only some servers let an app read to the end; others would hang.
        if not (length.isascii() and length.isdigit()):
            if length or not environ.get("wsgi.input_terminated"):
                return NO_LENGTH
        elif is_too_long(length):
            return TOO_LARGE
        wanted = int(length) if length else EVENT_BYTES + 1
        try:
            body = self._read(environ["wsgi.input"], wanted)
        except socket.timeout:  # A TimeoutError since Python 3.10.
            return TOO_SLOW
        except OSError:
            return CUT_OFF
        if body is None:
            return TOO_SLOW
        if length and len(body) < wanted:
            return CUT_OFF
        return TOO_LARGE if len(body) > EVENT_BYTES else body

    def _read(self, stream: Any, wanted: int) -> bytearray | None:
        """As much as is wanted or there; None when it did not come in time."""
        # Gives what is there without waiting for more, where a server has it.
        read = getattr(stream, "read1", stream.read)
        body = bytearray()
        end = time.monotonic() + self._intake.body_timeout
        try:
            while len(body) < wanted:
                part = read(min(_CHUNK, wanted - len(body)))
                if not part:
                    break
                body += part
                if len(body) < wanted and time.monotonic() > end:
                    return None
        except BaseException:
            # A report of the error that shows the values of variables shall not show the key.
            body, part = bytearray(), b""
            raise
        return body


def _text(path: str) -> str:
    """A part of the path: WSGI has its bytes as if they were Latin-1."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")
