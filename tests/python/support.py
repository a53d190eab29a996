"""What the tests share: the emulator, the documented calls, and how an answer is compared with one.

The package is the installed wheel. SONORAN_EMULATOR names the emulator's program and SONORAN_ROOT the
checkout; `cargo xtask test --lang python` sees to all that.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from sonoran import AsyncInstance, Instance, SonoranResponse, productEnums

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

ZEROS = "00000000-0000-0000-0000-000000000000"
UNKNOWN = "99999999-9999-4999-8999-999999999999"
KEY = "YOUR_API_KEY"
ROOT = Path(os.environ.get("SONORAN_ROOT", Path(__file__).parents[2]))

CALLS: list[dict[str, Any]] = json.loads((ROOT / "tests/generated/documented-calls.json").read_text("utf-8"))
EVENTS: list[dict[str, Any]] = json.loads(
    (ROOT / "tests/generated/documented-events.json").read_text("utf-8")
)


class Emulator:
    """A running emulator."""

    def __init__(self, *options: str) -> None:
        program = os.environ.get("SONORAN_EMULATOR")
        if not program:
            raise RuntimeError("SONORAN_EMULATOR is not set; cargo xtask test --lang python sets it")
        command = [program, "--port", "0", *(options or ("--limits", "off"))]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url: str = json.loads(self._process.stdout.readline())["url"]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(60)

    def admin(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def reset(self) -> None:
        self.admin("POST", "reset")

    def journal(self) -> list[dict[str, Any]]:
        """The requests that came since the reset, oldest first."""
        entries: list[dict[str, Any]] = self.admin("GET", "journal")["entries"]
        return entries

    def fault(self, **rule: object) -> None:
        self.admin("POST", "faults", rule)

    def answer(self, data: str, **rule: object) -> None:
        """The next answer is a success with this JSON text as its data."""
        body = '{"success":true,"data":' + data + ',"meta":{}}'
        self.fault(action={"type": "respond", "status": 200, "hex": body.encode().hex()}, **rule)

    def instance(self, **options: Any) -> Instance:
        """An instance as documented, for this emulator; limits are off unless asked for."""
        return Instance(**self._with(options))

    def async_instance(self, **options: Any) -> AsyncInstance:
        """The same for an event loop."""
        return AsyncInstance(**self._with(options))

    def _with(self, options: dict[str, Any]) -> dict[str, Any]:
        given: dict[str, Any] = {
            "apiKey": KEY,
            "communityId": "YOUR_COMMUNITY_ID",
            "product": productEnums.CMS,
            "serverId": 1,
            "apiUrl": self.url,
            "rateLimit": "off",
        }
        return {**given, **options}


def covered(name: str) -> None:
    """Tells xtask that a documented operation or event has passed its test."""
    folder = os.environ.get("SONORAN_COVERED")
    if folder:
        Path(folder, name).touch()


def arguments_of(call: dict[str, Any]) -> list[Any]:
    """The arguments of a documented call, in order."""
    values: list[Any] = list(call["call"]["values"])
    while values and values[-1] is None:
        values.pop()
    return values


def differences(documented: Any, actual: Any, place: str = "data") -> list[str]:
    """Where an answer lacks something of the documented one, or has it in another type."""
    if documented is None:
        return []
    if _kind(documented) != _kind(actual):
        return [f"{place} is {_kind(actual)}, documented as {_kind(documented)}"]
    found: list[str] = []
    if isinstance(documented, list) and documented:
        found += [] if actual else [f"{place} is empty"]
        for index, item in enumerate(actual):
            inside = differences(documented[0], item, f"{place}[{index}]")
            # One full row is enough: that another has no mappings, say, is nothing to object to.
            found += [each for each in inside if index == 0 or not each.endswith("is empty")]
    if isinstance(documented, dict):
        for name, value in documented.items():
            where, key = f"{place}.{name}", _find(name, actual)
            found += differences(value, actual[key], where) if key in actual else [f"{where} is missing"]
    return found


def _find(name: str, actual: dict[str, Any]) -> str:
    """Histories are keyed by when something happened, which is never twice the same."""
    time = re.compile(r"\d{4}-\d\d-\d\dT")
    return next((key for key in actual if time.match(key)), name) if time.match(name) else name


def _kind(value: object) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


def failed(response: SonoranResponse[Any], kind: str) -> None:
    """The response is a failure of this kind, and a whole one."""
    assert response.success is False
    assert response.data is None
    assert response.reason
    assert response.error is not None
    assert response.error.kind == kind


@contextmanager
def warned(category: type[Warning], match: str) -> Iterator[list[warnings.WarningMessage]]:
    """Wants a warning; the list holds what fits, and not what the garbage of other tests says meanwhile."""
    fitting: list[warnings.WarningMessage] = []
    with pytest.warns(category, match=match) as caught:
        yield fitting
    for each in caught:
        if issubclass(each.category, category) and re.search(match, str(each.message)):
            fitting.append(each)


@contextmanager
def silent_server() -> Iterator[tuple[str, socket.socket]]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


def free_port() -> int:
    """A port for a server that is told its own. The system gives it to nobody, not to connections either."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@contextmanager
def recording_server() -> Iterator[tuple[str, list[bytes]]]:
    """A server that keeps the bodies which come, and answers that all is well."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(204)
            self.end_headers()

        do_POST = do_PATCH

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", bodies
        server.shutdown()
        thread.join()


def checked(folder: Path, *arguments: str) -> None:
    """Runs a module of Python that checks types, which must have nothing to say."""
    ended = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def in_child(work: Callable[[], bool]) -> None:
    """Runs it in a fork of this process, which has a minute for it: it would hang for ever."""
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        outcome = 1
        try:
            outcome = 0 if work() else 1
        finally:
            os._exit(outcome)
    assert os.waitpid(child, 0)[1] == 0
