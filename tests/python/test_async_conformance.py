"""Every scenario of tests/conformance through an AsyncInstance: in loops in threads of this process,
and those that need one in a process of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from conformance_runner import AwaitingRunner
from sonoran.testing import guard
from test_conformance import AT_ONCE, Host, run, scenarios

SCENARIOS = scenarios()


def needs_a_process(scenario: dict[str, Any]) -> bool:
    # What counts the time until it cancels cannot have others beside it, nor those the largest answer.
    return bool(scenario["environment"] or scenario["needs"] or scenario["name"] == "the-largest-answer")


APART = {scenario["name"] for scenario in SCENARIOS if needs_a_process(scenario)}


class QuietRunner(AwaitingRunner):
    """What is told on standard error would be told in the midst of the tests' own lines."""

    def made(self, options: dict[str, Any]) -> Any:
        return super().made({**options, "debug": False})


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[list[str]]]]:
    """What comes of each scenario that is to be tested."""
    host = Host()
    chosen = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    names: list[str] = [each.params["name"] for each in chosen if each]
    # One of them calls a host that there is not, whatever a test kit says.
    was_on = guard(False)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {
            name: pool.submit(run, host, name, "await")
            if name in APART
            else pool.submit(run_here, host, name)
            for name in sorted(names, key=APART.__contains__)
        }
    guard(was_on)
    host.stop()


def run_here(host: Host, name: str) -> list[str]:
    path = f"/scenarios/{quote(name, safe='')}"
    runner = QuietRunner(host.ask(f"{path}/start"))
    outcomes = asyncio.run(runner.awaited())
    failures: list[str] = host.ask(f"{path}/finish", {"outcomes": outcomes})["failures"]
    return failures + [f"the key shows in {place}" for place in sorted(runner.leaks)]


@pytest.mark.parametrize("name", [scenario["name"] for scenario in SCENARIOS])
def test_scenario_awaited(name: str, runs: dict[str, Future[list[str]]]) -> None:
    assert runs[name].result(600) == []


def test_most_need_no_process_of_their_own() -> None:
    assert 0 < len(APART) < 50 < len(SCENARIOS)
