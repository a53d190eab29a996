"""Fixtures for pytest, which finds them by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Emulator, World


def pytest_addoption(parser: pytest.Parser) -> None:
    """The suite's own word on the guard."""
    parser.addini(
        "sonoran_guard", "refuse calls to other machines where tests use the emulator", "bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    """A test's own word on it."""
    config.addinivalue_line("markers", "sonoran_unguarded: lets a test call other machines, with Sonoran.py")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Where a test uses the emulator, none shall call the service by mistake."""
    used = any("sonoran_emulator" in getattr(item, "fixturenames", ()) for item in session.items)
    if used and session.config.getini("sonoran_guard"):
        from . import guard

        was_on = guard()
        # For whoever runs pytest within a program.
        session.config.add_cleanup(lambda: guard(was_on))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Lets those through that say so."""
    if item.get_closest_marker("sonoran_unguarded") is None:
        yield
        return
    from . import guard

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

    with Emulator(**sonoran_emulator_options) as emulator:
        yield emulator


@pytest.fixture
def sonoran_world(sonoran_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world for one test. Instances without an address call the emulator too while it runs."""
    monkeypatch.setenv("SONORAN_CMS_API_URL", sonoran_emulator.url)
    with sonoran_emulator.world() as world:
        yield world
