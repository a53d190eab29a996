"""The test kit: worlds, what they tell, and the fixtures in somebody's own suite."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import sonoran
from sonoran.testing import Emulator, EmulatorError, World
from support import KEY, ROOT, UNKNOWN, ZEROS, recording_server, warned


@pytest.fixture(scope="module")
def kit() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def world(kit: Emulator) -> Iterator[World]:
    with kit.world() as world:
        yield world


def test_worlds_see_nothing_of_each_other(kit: Emulator) -> None:
    with kit.world() as one, kit.world() as other:
        one.instance().cms.setAccountRanksV2(ZEROS, {"accId": ZEROS, "add": ["rank-3"]}).unwrap()
        assert "rank-3" in one.instance().cms.getAccountV2(ZEROS).unwrap()["ranks"]
        assert "rank-3" not in other.instance().cms.getAccountV2(ZEROS).unwrap()["ranks"]
        assert [request["name"] for request in other.journal()] == ["getAccountV2"]


def test_a_deleted_world_is_gone_and_its_instances_with_it(kit: Emulator) -> None:
    with kit.world() as world:
        kept = world.instance()
        assert kept.cms.getCommunityV2().success
    stranger = sonoran.Instance(apiKey=world.key, communityId=world.communityId, apiUrl=kit.url)
    error = stranger.cms.getCommunityV2().error
    assert error is not None and error.kind == "auth"


def test_an_instance_to_await(kit: Emulator) -> None:
    async def main() -> None:
        with kit.world() as world:
            instance = world.async_instance(retries=0)
            assert (await instance.cms.getAccountV2(ZEROS)).success
            world.assert_called("getAccountV2", count=1)
        with pytest.raises(RuntimeError, match="closed"):
            await instance.cms.getAccountV2(ZEROS)

    asyncio.run(main())


def test_its_instances_wait_for_no_limit_that_nobody_counts(world: World) -> None:
    instance = world.instance()
    assert all(instance.cms.getAccountV2(ZEROS).success for _ in range(70))
    assert instance.rateLimit("getAccountV2").free == instance.rateLimit("getAccountV2").limit
    assert world.instance(maxWait=0).cms.getAccountV2(ZEROS).success
    assert world.instance(maxWait=0).rateLimit("getAccountV2").free == 26
    with Emulator(limits=True) as emulator, emulator.world() as counted:
        assert counted.instance().cms.getAccountV2(ZEROS).success
        assert counted.instance().rateLimit("getAccountV2").free == 26


def test_the_default_world_is_the_documented_one(kit: Emulator) -> None:
    with kit.default as world:
        assert (world.key, world.communityId) == (KEY, "YOUR_COMMUNITY_ID")
        assert world.instance().cms.getCommunityV2().unwrap()["id"] == "YOUR_COMMUNITY_ID"
    # It is no world that could be deleted.
    assert kit.default.instance().cms.getCommunityV2().success


def test_the_journal_tells_and_is_asked(world: World) -> None:
    instance = world.instance()
    instance.cms.getAccountsV2({"take": 5})
    instance.cms.setAccountNameV2(ZEROS, {"newName": "Alex"})
    asked, renamed = world.journal()
    assert (asked["name"], asked["query"], asked["status"]) == ("getAccountsV2", {"take": "5"}, 200)
    assert (renamed["method"], renamed["body"]["newName"]) == ("PATCH", "Alex")
    assert world.journal("getAccountsV2", since=asked["number"]) == []
    assert world.journal(limit=1) == [renamed]
    world.assert_called("setAccountNameV2", body={"newName": "Alex"}, count=1)
    world.assert_called("getAccountsV2", query={"take": 5}, headers={"Accept": "application/json"})
    with pytest.raises(AssertionError) as failure:
        world.assert_called("setAccountNameV2", body={"newName": "Sam"})
    assert "found 0 among 2" in str(failure.value)
    assert "'newName': 'Alex'" in str(failure.value)
    assert "differs in body" in str(failure.value)
    world.clear_journal()
    world.assert_called(count=0)


def test_calls_with_another_key_are_told_of(kit: Emulator, world: World) -> None:
    with kit.world() as later:
        own = sonoran.Instance(apiKey="ANOTHER", communityId="C", apiUrl=world.url, rateLimit="off")
        own.cms.getAccountV2(UNKNOWN)
        hint = (
            "\n1 such came with another key than this world's: let the code .* have its key and communityId$"
        )
        with pytest.raises(AssertionError, match=hint):
            later.assert_called("getAccountV2", status=200)
        with pytest.raises(AssertionError, match=r"found 0 among 0\.$"):
            later.assert_called("getAccountsV2")
    with kit.world() as new, pytest.raises(AssertionError, match=r"found 0 among 0\.$"):
        new.assert_called("getAccountV2")


@pytest.mark.parametrize("option", ["apiUrl", "cmsApiUrl"])
def test_an_instance_of_a_world_calls_no_other(world: World, option: str) -> None:
    with pytest.raises(TypeError, match=f"{option} cannot be given"):
        world.instance(**{option: "https://api.example.com"})


@pytest.mark.parametrize(
    ("slip", "says"),
    [
        (lambda world: world.assert_called("getAcountV2"), "getAccountV2"),
        (lambda world: world.journal("getAcountV2"), "getAccountV2"),
        (lambda world: world.fault({"type": "respond", "status": 7}), "status"),
        (
            lambda world: world.fault(operation="getAccountV2", path="*/ranks", delay=1),
            "path .* of getAccountV2",
        ),
        (lambda world: world.send_event("ACCOUNT_KICKD"), "ACCOUNT_KICKED"),
        (lambda world: world.fault(operation="getAccountV2"), "an action or a delay"),
        (lambda world: world.fault({"type": "reset"}, nth=1, times=2), "nth and times"),
        (lambda world: world.freeze("yesterday"), "yesterday"),
        (lambda world: world.freeze(datetime(2026, 1, 1)), "time zone"),
        (lambda world: world.limits(overrides={"getAccountV2": 1, "nonsense": 1}), "nonsense"),
        (lambda world: world.change({"keys": []}), "key"),
        (lambda world: world.assert_called(count=-1), "count must be a whole number from 0, not -1"),
        (lambda world: world.journal(outcome="ok"), "outcome must be .* 'aborted' or 'fault', not 'ok'"),
        (lambda world: world.fault({"type": "rest"}), "action.type must be 'none', .* or 'raw', not 'rest'"),
        (lambda world: world.fault({"type": "reset"}, times="ever"), "times must be a .* not 'ever'"),
        (lambda world: world.fault({"type": "reset"}, nth=["a"]), "nth must be a whole number, or a list"),
        (lambda world: world.limits(overrides={"getAccountV2": "1"}), "overrides must be a mapping"),
        (lambda world: world.fault(delay=-1), "delay must be a number from 0, not -1"),
        (lambda world: world.fault(delay=float("nan")), "delay must be a number from 0, not nan"),
        (lambda world: world.fault({"type": "reset"}, probability=2), "probability .* 0 to 1, not 2"),
        (lambda world: world.advance(float("nan")), "seconds must be a number from 0, not nan"),
        (lambda world: world.advance(-1), "seconds must be a number from 0, not -1"),
        (lambda world: world.send_event("ACCOUNT_KICKED"), "was sent to nobody: .* by send_events_to first"),
    ],
)
def test_a_slip_is_refused_in_words(world: World, slip: object, says: str) -> None:
    assert callable(slip)
    with pytest.raises(ValueError, match=says):
        slip(world)


@pytest.mark.parametrize(
    ("slip", "says"),
    [
        (lambda world: world.assert_called(count="2"), "count must be a whole number from 0, not str"),
        (
            lambda world: world.assert_called(5),
            "operation must be the name of a method, such as 'getAccountV2'",
        ),
        (
            lambda world: world.assert_called(headers=["x"]),
            "headers must be a mapping such as a dict, not list",
        ),
        (lambda world: world.assert_called(body={1}), "the emulator is asked in JSON: .* set is not"),
        (lambda world: world.journal(limit=2.5), "limit must be a whole number from 0, not float"),
        (lambda world: world.fault("reset"), "action must be a dict, such as {'type': 'respond'"),
        (lambda world: world.fault({"type": "respond", "status": "503"}), "action.status must be a whole"),
        (lambda world: world.fault(delay="x"), "delay must be a number from 0, not str"),
        (lambda world: world.limits(overrides=["x"]), "overrides must be a mapping of names of methods"),
        (lambda world: world.reset(strict=1), "strict must be True or False, not int"),
        (lambda world: world.change([5]), "change must be a mapping"),
        (lambda world: world.freeze(5), "at must be a datetime, or a str"),
        (lambda world: world.send_event(5), "type must be the name of an event"),
        (lambda world: world.send_events_to(5), "url must be a str, not int"),
    ],
)
def test_a_wrong_type_is_named(world: World, slip: object, says: str) -> None:
    assert callable(slip)
    with pytest.raises(TypeError, match=f"^{says}"):
        slip(world)


def test_faults(world: World) -> None:
    instance = world.instance(retries=0)
    world.fault({"type": "respond", "status": 503}, operation="getAccountV2", times=2)
    world.fault({"type": "reset"}, path="*/ranks", nth=2)
    kinds = [instance.cms.getAccountV2(ZEROS).error for _ in range(3)]
    assert [error and error.kind for error in kinds] == ["unavailable", "unavailable", None]
    payload: sonoran.types.SetAccountRanksPayload = {"accId": ZEROS, "add": ["rank-1"]}
    lost = [instance.cms.setAccountRanksV2(ZEROS, payload).error for _ in range(2)]
    assert lost[0] is None and lost[1] is not None and lost[1].outcomeUnknown
    world.fault(delay=0.001, times="always")
    world.clear_faults()
    assert instance.cms.getAccountV2(ZEROS).success
    assert [request["outcome"] for request in world.journal()].count("fault") == 3


def test_faults_that_were_not_played(kit: Emulator) -> None:
    world = kit.world()
    with pytest.raises(AssertionError, match="there are no faults"):
        world.assert_faults_played()
    world.fault({"type": "respond", "status": 503}, operation="getAccountV2", times=2)
    assert world.instance(retries=0).cms.getAccountV2(ZEROS).status == 503
    world.assert_faults_played()
    world.fault({"type": "reset"}, path="/accounts/*")
    world.fault({"type": "reset"}, operation="getAccountV2", nth=9)
    assert world.instance(retries=0).cms.getAccountV2(ZEROS).status == 503
    assert world.instance(retries=0).cms.getAccountV2(ZEROS).success
    with pytest.raises(AssertionError) as failure:
        world.assert_faults_played()
    lines = str(failure.value).splitlines()
    assert [line.rpartition(": ")[2] for line in lines[1:]] == [
        "of 0 requests that it fitted",
        "of 1 requests that it fitted",
    ]
    assert '"/accounts/*"' in lines[1]
    # Of the one that met a request nothing is said.
    with warned(UserWarning, r'has met no request: {"path": "/accounts/\*"') as told:
        world.delete()
    assert [warning.filename for warning in told] == [__file__]


@pytest.mark.filterwarnings("error")
def test_of_faults_that_were_forgotten_nothing_is_said(kit: Emulator) -> None:
    with kit.world() as world:
        world.fault({"type": "reset"}, path="/accounts/*")
        world.clear_faults()
    # Nor where the test has failed already.
    with pytest.raises(KeyError), kit.world() as other:
        other.fault({"type": "reset"}, path="/accounts/*")
        raise KeyError


def test_limits_and_the_clock(world: World) -> None:
    assert world.limits(enabled=True, overrides={"getAccountV2": 1})["overrides"] == {"getAccount": 1}
    instance = world.instance(rateLimit="off", retries=0)
    statuses = [instance.cms.getAccountV2(ZEROS).status for _ in range(2)]
    world.advance(61)
    assert [*statuses, instance.cms.getAccountV2(ZEROS).status] == [200, 429, 200]
    tomorrow = datetime(2027, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=2)))
    world.freeze(tomorrow)
    assert world.now() == "2027-01-02T01:04:00.000Z"
    world.advance(0.5)
    assert world.now() == "2027-01-02T01:04:00.500Z"


def test_the_state(world: World) -> None:
    account = {"accId": UNKNOWN, "accName": "Alex", "ranks": ["rank-1"]}
    world.change({"accounts": [account]})
    instance = world.instance()
    assert instance.cms.getAccountV2(UNKNOWN).unwrap()["accName"] == "Alex"
    kept = world.state()
    assert world.generate(20, seed=7)["accounts"] == 20
    assert instance.cms.getAccountsV2().unwrap()["total"] > 20
    world.load(kept)
    assert world.state() == kept
    world.reset(strict=True)
    assert instance.cms.getAccountV2(UNKNOWN).status == 404
    unknown: dict[str, object] = {"newNames": "Alex"}
    assert "newName" in (instance.cms.setAccountNameV2(ZEROS, unknown).reason or "")  # type: ignore[arg-type]


def test_push_events(world: World) -> None:
    with recording_server() as (address, bodies):
        world.send_events_to(address)
        delivered = world.send_event("ACCOUNT_KICKED")
    assert [each["status"] for each in delivered] == [204]
    # The world's own key, which its receiver knows.
    assert json.loads(bodies[0])["key"] == world.key


def test_the_emulator_ends_and_says_why_it_does_not_start(tmp_path: Path) -> None:
    emulator = Emulator(limits=True, strict=True)
    emulator.stop()
    emulator.stop()
    with pytest.raises(EmulatorError, match="does not answer"):
        emulator.world()
    with pytest.raises(EmulatorError, match="cannot be started"):
        Emulator(program=tmp_path / "nothing")
    with pytest.raises(EmulatorError, match="before it was ready"):
        Emulator(seedFile=tmp_path / "nothing.json")


CONFTEST = """
import pytest


@pytest.fixture(scope="session")
def sonoran_emulator_options():
    return {"strict": True}
"""

SUITE = """
import os

import pytest

from sonoran import Instance, productEnums


@pytest.mark.parametrize("number", range(100))
def test_each_has_a_world_of_its_own(sonoran_world, number):
    instance = sonoran_world.instance()
    assert instance.cms.setAccountNameV2(
        "00000000-0000-0000-0000-000000000000", {"newName": f"Member {number}"}
    ).success
    sonoran_world.assert_called("setAccountNameV2", count=1)
    sonoran_world.assert_called(count=1)


def test_code_that_makes_its_own_instance(sonoran_world):
    credential = {"apiKey": sonoran_world.key, "communityId": sonoran_world.communityId}
    instance = Instance(credential, product=productEnums.CMS)
    assert instance.cms.getCommunityV2().success
    sonoran_world.assert_called("getCommunityV2")


def test_it_is_strict(sonoran_world):
    assert sonoran_world.instance().cms.getAccountsV2({"tak": 1}).status == 400


def test_one_process_for_all(sonoran_emulator, sonoran_world):
    assert sonoran_world.url == sonoran_emulator.url == os.environ["SONORAN_CMS_API_URL"]
"""


@pytest.mark.parametrize("words", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_the_fixtures_in_a_suite_of_a_user(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, "utf-8")
    (tmp_path / "test_mine.py").write_text(SUITE, "utf-8")
    # What the guide shows, too.
    shown = re.findall(r"```python\n(.*?)```", (ROOT / "docs/guide.md").read_text("utf-8"), re.DOTALL)
    for number, program in enumerate(program for program in shown if "sonoran.testing" in program):
        (tmp_path / f"test_guide_{number}.py").write_text(program, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert "105 passed" in ended.stdout, ended.stdout + ended.stderr


BOT = """
from sonoran import AsyncInstance, Instance

# Nothing listens at the proxy, so nothing leaves this machine.
options = {"apiKey": "KEY", "communityId": "C", "proxy": "http://127.0.0.1:9", "retries": 0}
instance, awaited = Instance(options), AsyncInstance(options)


def refused():
    try:
        instance.cms.getCommunityV2()
    except RuntimeError as error:
        return str(error).startswith("a test may not call")
    return False
"""

GUARDED = """
import asyncio

import pytest

import bot


def unreachable(response):
    return response.error.kind == "connect"


def test_what_was_made_by_an_import_is_refused(sonoran_world, request):
    if not request.config.getini("sonoran_guard"):
        assert unreachable(bot.instance.cms.getCommunityV2())
        return
    message = "^a test may not call https://api.sonorancms.com: .* set SONORAN_CMS_API_URL before"
    with pytest.raises(RuntimeError, match=message):
        bot.instance.cms.getCommunityV2()
    with pytest.raises(RuntimeError, match=message):
        list(bot.instance.map("getAccountV2", ["00000000-0000-0000-0000-000000000000"]))
    with pytest.raises(RuntimeError, match=message):
        asyncio.run(bot.awaited.cms.getCommunityV2())
    assert bot.instance.rateLimit("getAccountV2").waiting == 0
    for elsewhere, place in (
        ({"proxy": "http://user:secret@proxy.invalid:3128"}, "http://proxy.invalid:3128"),
        ({"shareLimits": "redis://valkey.invalid"}, "redis://valkey.invalid:6379/0"),
    ):
        with pytest.raises(RuntimeError, match=f"^a test may not call {place}: "):
            sonoran_world.instance(**elsewhere).cms.getCommunityV2()
    assert sonoran_world.instance().cms.getCommunityV2().success


@pytest.mark.sonoran_unguarded
def test_one_that_says_so():
    assert unreachable(bot.instance.cms.getCommunityV2())


def test_a_fixture_that_is_fetched(request):
    request.getfixturevalue("sonoran_emulator")
    assert bot.refused() == request.config.getini("sonoran_guard")
"""

# Without any fixture of the kit.
PLAIN = """
import subprocess
import sys

import pytest

import bot
import conftest

in_collection = bot.refused()


def refused_in_a_child():
    program = "import bot; print(bot.refused())"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    return told.stdout.strip()


def test_from_the_beginning(request):
    on = request.config.getini("sonoran_guard")
    assert [conftest.at_start, in_collection, bot.refused()] == [on, on, on]
    assert refused_in_a_child() == str(on)


@pytest.mark.sonoran_unguarded
def test_one_that_says_so_and_its_children():
    assert not bot.refused()
    assert refused_in_a_child() == "False"
"""

TO_THE_END = """
import atexit
import os
from pathlib import Path

import bot

at_start = bot.refused()
# One process alone writes the file, with pytest-xdist too.
if "PYTEST_XDIST_WORKER" not in os.environ:
    atexit.register(lambda: Path("at_exit.txt").write_text(str(bot.refused()), "utf-8"))
"""


@pytest.mark.parametrize(
    ("words", "ini", "passed", "on"),
    [
        ([], "", 5, True),
        (["test_plain.py"], "sonoran_guard = true", 2, True),
        (["-n", "1", "test_plain.py"], "", 2, True),
        ([], "sonoran_guard = false", 5, False),
    ],
    ids=["on", "without fixtures", "xdist", "off"],
)
def test_a_suite_does_not_call_the_service_by_mistake(
    tmp_path: Path, words: list[str], ini: str, passed: int, on: bool
) -> None:
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{ini}\n", "utf-8")
    (tmp_path / "conftest.py").write_text(TO_THE_END, "utf-8")
    (tmp_path / "bot.py").write_text(BOT, "utf-8")
    (tmp_path / "test_bot.py").write_text(GUARDED, "utf-8")
    (tmp_path / "test_plain.py").write_text(PLAIN, "utf-8")
    left_out = ("SONORAN_CMS_API_URL", "SONORAN_TEST_GUARD", "PYTEST_XDIST_WORKER")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--strict-markers", *words],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert f"{passed} passed" in ended.stdout, ended.stdout + ended.stderr
    assert (tmp_path / "at_exit.txt").read_text("utf-8") == str(on)


WITHIN = """
import sys

import pytest

from sonoran.testing import guard

assert pytest.main(["-q", "-p", "no:cacheprovider", "test_nothing.py"]) == 0
print("lifted", guard(False), guard(False))
"""


def test_a_program_that_runs_pytest_lifts_the_guard_itself(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", WITHIN], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert "lifted True False" in ended.stdout, ended.stdout + ended.stderr


MISTYPED = """
import pytest


@pytest.fixture(scope="session")
def sonoran_emulator_options():
    return {"strickt": True}


def test_it(sonoran_world):
    pass
"""


def test_a_mistyped_option_of_the_emulator_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "test_mistyped.py").write_text(MISTYPED, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    told = "sonoran_emulator_options: there is no option 'strickt': did you mean strict?"
    assert told in ended.stdout, ended.stdout + ended.stderr


def test_a_missing_program_is_told_with_what_to_do(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        import sys
        sys.modules["sonoran_emulator"] = None
        from sonoran.testing import Emulator, EmulatorError
        try:
            Emulator()
        except EmulatorError as error:
            print(error)
    """)
    hidden = {"SONORAN_EMULATOR": "", "PATH": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **hidden},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert told.stdout == 'there is no sonoran-emulator here: pip install "Sonoran.py[testing]"\n', (
        told.stderr
    )
