"""The emulator of a test run, as it was when it started before each test."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from sonoran import Instance
from support import Emulator

# A shell has what it starts in the background ignore Ctrl-C, and so would the programs that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def running() -> Iterator[Emulator]:
    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(running: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    running.reset()
    monkeypatch.setenv("SONORAN_CMS_API_URL", running.url)
    return running


@pytest.fixture
def instance(emulator: Emulator) -> Instance:
    return emulator.instance()
