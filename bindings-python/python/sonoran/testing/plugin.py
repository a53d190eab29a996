"""Fixtures for pytest, which finds them by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ._guard import guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Emulator, World


def pytest_addoption(parser: pytest.Parser) -> None:
    """The suite's own word on the guard."""
    parser.addini(
        "sonoran_guard", "refuse calls of Sonoran.py to other machines, in all tests", "bool", default=True
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before any file of the suite is imported: what it does then is guarded too."""
    _begin(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """A test's own word on it; and the guard, where a conftest.py has brought the plugin."""
    config.addinivalue_line("markers", "sonoran_unguarded: lets a test call other machines, with Sonoran.py")
    _begin(config)


def _begin(config: pytest.Config) -> None:
    """Whatever is collected, and to the end of the process: threads and exit handlers outlast the tests."""
    if config.getini("sonoran_guard"):
        guard()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Lets those through that say so."""
    if item.get_closest_marker("sonoran_unguarded") is None:
        yield
        return
    was_on = guard(False)
    yield
    guard(was_on)


@pytest.fixture(scope="session")
def sonoran_emulator_options() -> dict[str, Any]:
    """What `sonoran_emulator` is started with, for a conftest.py to say otherwise: see `Emulator`."""
    return {}


@pytest.fixture(scope="session")
def sonoran_emulator(sonoran_emulator_options: dict[str, Any]) -> Iterator[Emulator]:
    """The emulator, started once for all tests; with pytest-xdist, once for each worker."""
    from . import Emulator
    from ._arguments import check_options

    check_options("sonoran_emulator_options", sonoran_emulator_options, Emulator)
    with Emulator(**sonoran_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def sonoran_world(sonoran_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world for one test. Instances without an address call the emulator too while it runs."""
    monkeypatch.setenv("SONORAN_CMS_API_URL", sonoran_emulator.url)
    with sonoran_emulator.world() as world:
        yield world
