"""Every scenario of tests/conformance, one test each, in a process of its own: so its environment is its own,
and all that it writes can be searched for the key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

RUNNER = Path(__file__).with_name("conformance_runner.py")
HOST = os.environ.get("SONORAN_CONFORMANCE_HOST", "")
# Most of a scenario's time is waiting.
AT_ONCE = 4
# Only POSIX systems have the timer that interrupts a call at a given moment.
CANNOT: set[str] = set() if os.name == "posix" else {"cancel"}


def scenarios() -> list[dict[str, Any]]:
    if not HOST:
        raise RuntimeError("SONORAN_CONFORMANCE_HOST is not set; cargo xtask test --lang python sets it")
    found: list[dict[str, Any]] = json.loads(subprocess.check_output([HOST, "list"]))
    return found


class Host:
    """The program that has the servers, and judges."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([HOST, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self._url: str = json.loads(self._process.stdout.readline())["url"]

    def ask(self, path: str, body: object = None) -> Any:
        request = urllib.request.Request(self._url + path, json.dumps(body).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from None

    def stop(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[list[str]]]]:
    """What comes of each scenario that is to be tested."""
    host = Host()
    chosen = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {each.params["name"]: pool.submit(run, host, each.params["name"]) for each in chosen if each}
    host.stop()


def run(host: Host, name: str, *how: str) -> list[str]:
    """Makes its calls, in the way that the runner's arguments say; gives what is wrong."""
    path = f"/scenarios/{quote(name, safe='')}"
    brief = host.ask(f"{path}/start")
    environment = {**os.environ, **brief["environment"]}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    # Not a pipe, which a runner that writes much would fill before anybody reads it.
    command = [sys.executable, str(RUNNER), *how]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as aside,
        subprocess.Popen(command, env=environment, text=True, stderr=aside, **pipes) as runner,
    ):
        assert runner.stdin
        assert runner.stdout
        runner.stdin.write(json.dumps(brief) + "\n")
        runner.stdin.flush()
        line = runner.stdout.readline()
        told = json.loads(line) if line else {"outcomes": [], "leaks": []}
        # The runner keeps its clients until its input ends.
        failures: list[str] = host.ask(f"{path}/finish", {"outcomes": told["outcomes"]})["failures"]
        runner.communicate(timeout=120)
        aside.seek(0)
        written = aside.read()
    if runner.returncode != 0:
        failures.append(f"the process ended with {runner.returncode}: {written}")
    keys = [options.get("apiKey") for options in brief["clients"].values()]
    if any(key in written for key in keys if isinstance(key, str) and key):
        told["leaks"].append("standard error")
    return failures + [f"the key shows in {place}" for place in told["leaks"]]


def test_there_are_scenarios() -> None:
    assert len(scenarios()) >= 120


def parameter(scenario: dict[str, Any]) -> Any:
    lacking = CANNOT & set(scenario["needs"])
    marks = [pytest.mark.skip(reason=f"it needs {', '.join(lacking)}")] if lacking else []
    return pytest.param(scenario["name"], id=scenario["name"], marks=marks)


@pytest.mark.parametrize("name", map(parameter, scenarios()))
def test_scenario(name: str, runs: dict[str, Future[list[str]]]) -> None:
    assert runs[name].result(600) == []
