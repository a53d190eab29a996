"""The examples, each in a world of its own."""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import io
import re
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from sonoran import AsyncInstance, UnavailableError
from sonoran.testing import Emulator, World
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


def test_the_guides_programs(
    sonoran_emulator: Emulator, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    world = sonoran_emulator.default
    world.reset()
    monkeypatch.setenv("SONORAN_CMS_API_URL", world.url)
    before = signal.getsignal(signal.SIGTERM)
    try:
        # Each goes on where the one before it ended, as a reader does.
        names: dict[str, Any] = {}
        exec(compile("\n".join(blocks), "docs/python.md", "exec"), names)
        # As a program that is between calls gets it.
        with pytest.raises(SystemExit):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(RuntimeError, match="closed"):
            names["instance"].cms.getCommunityV2()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert "ExampleAccount" in capsys.readouterr().out
    assert {request["status"] for request in world.journal()} == {200}


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


def test_the_export_has_everybody(
    sonoran_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly_export = example("nightly_export")
    sonoran_world.generate(150, seed=1)
    total = sonoran_world.instance().cms.getAccountsV2().unwrap()["total"]
    file = tmp_path / "members.csv"
    monkeypatch.setattr(sys, "argv", ["nightly_export.py", str(file)])
    nightly_export.main()
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len({row["id"] for row in rows}) == total
    assert "ExampleAccount" in {row["name"] for row in rows}
    assert f"{'#' * 40}] {total} of {total}" in capsys.readouterr().err
    # A night without the service leaves last night's file as it was.
    before = file.read_bytes()
    sonoran_world.fault({"type": "respond", "status": 503}, nth=[2, 3, 4])
    with pytest.raises(UnavailableError):
        nightly_export.main()
    assert file.read_bytes() == before


def test_the_bot_promotes_and_says_why_it_does_not(
    sonoran_world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    promotion_bot = example("promotion_bot")
    said = "hello\n!promote 1234567890 rank-3\n!promote 5 rank-3\n!promote 1234567890\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(said))
    asyncio.run(promotion_bot.main())
    promoted, unknown, help = capsys.readouterr().out.splitlines()
    assert promoted == "ExampleAccount has the rank rank-3 now."
    assert unknown.startswith("Not promoted: ")
    assert help.startswith("Say !promote")
    assert "rank-3" in sonoran_world.instance().cms.getAccountV2(ZEROS).unwrap()["ranks"]

    async def lost() -> str:
        async with AsyncInstance(apiKey=sonoran_world.key, communityId=sonoran_world.communityId) as instance:
            sonoran_world.fault({"type": "reset"}, operation="setAccountRanksV2")
            answer: str = await promotion_bot.PromotionBot(instance).promote("1234567890", "rank-2")
            return answer

    assert "see whether the rank is there" in asyncio.run(lost())


def test_the_panel_clocks_in_while_other_calls_wait(sonoran_world: World) -> None:
    panel = example("clock_in_panel")

    async def main() -> None:
        transport: Any = httpx.ASGITransport(app=panel.app)
        served = panel.app.router.lifespan_context(panel.app)
        async with served, httpx.AsyncClient(transport=transport, base_url="http://panel") as browser:
            clocked = await browser.post(f"/members/{ZEROS}/clock/in")
            assert (clocked.status_code, clocked.json()) == (200, {"clockedIn": True})
            assert (await browser.post("/members/nobody/clock/in")).status_code == 422
            unknown = "99999999-9999-4999-8999-999999999999"
            assert (await browser.post(f"/members/{unknown}/clock/out")).status_code == 404
            sonoran_world.fault(delay=3600, times="always")
            waiting = [asyncio.create_task(browser.post(f"/members/{ZEROS}/clock/out")) for _ in range(60)]
            await asyncio.sleep(0)
            assert (await browser.get("/health")).json() == {"ok": True}
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    asyncio.run(main())
