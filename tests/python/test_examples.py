"""The examples, each in a world of its own."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from sonoran.testing import World
from support import ROOT, ZEROS


def example(name: str) -> ModuleType:
    """The example's module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "examples/python" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def credential(sonoran_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONORAN_API_KEY", sonoran_world.key)
    monkeypatch.setenv("SONORAN_COMMUNITY_ID", sonoran_world.communityId)


def test_the_door_tells_refusal_outage_and_unknown_apart(
    sonoran_world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    door_check = example("door_check")
    answer = door_check.Answer
    sonoran_world.change({"accounts": {ZEROS: {"discordId": "1234567890"}}})
    door = door_check.Door(sonoran_world.instance(), 1)
    assert door.ask("discord", "1234567890") is answer.WELCOME
    assert door.ask("discord", "5") is answer.UNKNOWN
    sonoran_world.change({"accounts": {ZEROS: {"banned": True}}})
    assert door.ask("discord", "1234567890") is answer.NOT_WHITELISTED
    # The service is down: without a list nobody can tell, with one it decides.
    sonoran_world.fault({"type": "respond", "status": 503}, operation="verifyWhitelistV2", times="always")
    assert door.ask("discord", "1234567890") is answer.ASK_LATER
    sonoran_world.change({"accounts": {ZEROS: {"banned": False}}})
    door.renew()
    assert door.ask("discord", "1234567890") is answer.WELCOME
    assert door.ask("discord", "5") is answer.NOT_WHITELISTED
    assert "no answer for discord:5" in capsys.readouterr().err

    sonoran_world.clear_faults()
    monkeypatch.setattr(sys, "argv", ["door_check.py", "discord:1234567890", "discord:5"])
    door_check.main()
    assert capsys.readouterr().out.splitlines() == [
        "discord:1234567890: welcome",
        "discord:5: link your account to the community first",
    ]
