"""Fixtures for pytest, which finds them by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import Emulator, World


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
