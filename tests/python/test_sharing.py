"""Processes that share the rate limits of a key, through a file of the machine or a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sonoran import Instance
from support import KEY, ROOT, ZEROS, Emulator, failed, needs_fork

CEILING = 5
CALLS = 8

WORKER = ROOT / "tests/sharing/worker.py"


@pytest.fixture
def strict() -> Iterator[Emulator]:
    """An emulator that counts as the service does, in less time."""
    emulator = Emulator("--limits", "on", "--window-seconds", "1")
    emulator.admin(
        "PUT", "limits", {"enabled": True, "windowSeconds": 1, "overrides": {"getAccountV2": CEILING}}
    )
    yield emulator
    emulator.stop()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The URL of a Valkey or Redis server."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None or sys.platform == "win32":
        pytest.skip("neither valkey-server nor redis-server is installed")
    assert program is not None
    # A socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", "0", "--save", "", "--unixsocket", f"{folder}/socket", "--dir", folder]
        running = subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True)
        assert running.stdout is not None
        assert any("ready to accept connections" in line for line in running.stdout)
        yield f"unix:{folder}/socket"
        running.kill()
        running.communicate(timeout=60)


def start(emulator: Emulator, shared: object, calls: int = CALLS, window: int = 1) -> subprocess.Popen[str]:
    command = [sys.executable, str(WORKER), emulator.url, str(calls), str(window), str(CEILING)]
    through_files = {"SONORAN_SHARE_LIMITS": "machine", "SONORAN_SHARE_LIMITS_FOLDER": str(shared)}
    through = {"SONORAN_SHARE_LIMITS": shared} if isinstance(shared, str) else through_files
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **through})


def shared(emulator: Emulator, folder: Path, **options: Any) -> Instance:
    return emulator.instance(
        **{"rateLimit": "wait", "shareLimits": "machine", "shareLimitsFolder": folder, **options}
    )


def test_processes_share_a_limit_and_the_service_refuses_none(strict: Emulator, tmp_path: Path) -> None:
    workers = [start(strict, tmp_path) for _ in range(4)]
    for worker in workers:
        told, _ = worker.communicate(timeout=120)
        assert told.splitlines() == ["200 1"] * CALLS
    assert [request["status"] for request in strict.journal()] == [200] * (4 * CALLS)


def test_processes_share_a_limit_through_a_server(strict: Emulator, server: str) -> None:
    killed = start(strict, server, 1000)
    workers = [start(strict, server) for _ in range(3)]
    assert killed.stdout is not None
    assert killed.stdout.readline() == "200 1\n"
    killed.kill()
    killed.communicate(timeout=60)
    for worker in workers:
        told, _ = worker.communicate(timeout=120)
        assert told.splitlines() == ["200 1"] * CALLS
    assert {request["status"] for request in strict.journal()} == {200}


@needs_fork
def test_a_forked_child_has_a_connection_of_its_own(emulator: Emulator, server: str) -> None:
    instance = emulator.instance(rateLimit="wait", shareLimits=server, ceilings={"getAccountV2": 3})
    assert instance.cms.getAccountV2(ZEROS).success
    child = os.fork()
    if child == 0:
        os._exit(0 if instance.cms.getAccountV2(ZEROS).success else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert instance.cms.getAccountV2(ZEROS).success
    failed(instance.cms.getAccountV2(ZEROS, maxWait=1), "rateLimited")
    assert len(emulator.journal()) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_process_stops_nobody(strict: Emulator, tmp_path: Path) -> None:
    killed = start(strict, tmp_path, 1000)
    workers = [start(strict, tmp_path) for _ in range(2)]
    assert killed.stdout is not None
    for _ in range(3):
        assert killed.stdout.readline() == "200 1\n"
    killed.kill()
    killed.communicate(timeout=60)
    for worker in workers:
        told, _ = worker.communicate(timeout=120)
        assert told.splitlines() == ["200 1"] * CALLS
    assert {request["status"] for request in strict.journal()} == {200}


def test_the_state_of_a_limit_counts_what_others_send(emulator: Emulator, tmp_path: Path) -> None:
    one = shared(emulator, tmp_path, ceilings={"getAccountV2": 5}, rateWindow=1)
    assert one.rateLimit("getAccountV2").free == 5
    told, _ = start(emulator, tmp_path, 2, 60).communicate(timeout=60)
    assert told.splitlines() == ["200 1"] * 2
    # What the service counts for another time is another limit.
    assert one.rateLimit("getAccountV2").free == 5
    other = shared(emulator, tmp_path, ceilings={"getAccountV2": 5}, rateLimit="error")
    assert other.rateLimit("getAccountV2").free == 3
    for _ in range(3):
        assert other.cms.getAccountV2(ZEROS).success
    failed(other.cms.getAccountV2(ZEROS), "rateLimited")
    assert len(emulator.journal()) == 5
    assert not any(KEY in path.name for path in tmp_path.iterdir())


@needs_fork
def test_a_forked_child_shares_with_its_parent(emulator: Emulator, tmp_path: Path) -> None:
    instance = shared(emulator, tmp_path, ceilings={"getAccountV2": 3})
    assert instance.cms.getAccountV2(ZEROS).success
    child = os.fork()
    if child == 0:
        os._exit(0 if instance.cms.getAccountV2(ZEROS).success else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert instance.rateLimit("getAccountV2").free == 1


def test_where_a_folder_cannot_be_used_the_limit_is_divided(
    emulator: Emulator, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.touch()
    instance = shared(emulator, file, ceilings={"getAccountV2": 4}, rateLimit="error")
    [told] = caplog.messages
    assert told.endswith("; meanwhile this process counts for itself, at 1/2 of each rate limit")
    for _ in range(2):
        assert instance.cms.getAccountV2(ZEROS).success
    failed(instance.cms.getAccountV2(ZEROS), "rateLimited")
    refusing = shared(emulator, file, shareLimitsFallback="refuse")
    response = refusing.cms.getServersV2()
    failed(response, "rateLimited")
    assert response.reason is not None
    assert "can't be shared" in response.reason
    assert str(file) in response.reason
    assert 'shareLimitsFallback is "refuse"' in response.reason
    assert len(emulator.journal()) == 2


def test_the_environment_says_it_too(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONORAN_SHARE_LIMITS", "machine")
    monkeypatch.setenv("SONORAN_SHARE_LIMITS_FOLDER", str(tmp_path))
    instance = emulator.instance(rateLimit="wait")
    assert instance.cms.getServersV2().success
    assert list(tmp_path.iterdir())
    monkeypatch.setenv("SONORAN_SHARE_LIMITS", "cluster")
    with pytest.raises(ValueError, match="SONORAN_SHARE_LIMITS"):
        emulator.instance()


def test_the_guides_snippet(emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    page = (ROOT / "docs/sharing-a-key.md").read_text("utf-8")
    through_files, through_a_server = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {"Instance": Instance}
    exec(compile(through_files, "docs/sharing-a-key.md", "exec"), names)
    assert names["instance"].cms.getServersV2().success
    assert sys.platform == "win32" or list(tmp_path.glob("sonoran-*/*getServersV2*"))
    # The server of the page is not there: an instance connects when it makes its first call.
    exec(compile(through_a_server, "docs/sharing-a-key.md", "exec"), names)


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"shareLimits": "cluster"}, "shareLimits"),
        ({"shareLimits": "redis://:hunter2@"}, "shareLimits is no valid URL"),
        ({"shareLimits": "redis://host", "shareLimitsFolder": "/tmp"}, "shareLimitsFolder"),
        ({"shareLimits": "machine", "rateLimit": "off"}, "shareLimits does nothing where rateLimit"),
        ({"shareLimits": "machine", "shareLimitsFolder": "~/limits"}, "shareLimitsFolder must be a"),
        ({"shareLimitsMembers": 2}, "shareLimitsMembers"),
        ({"shareLimits": "machine", "shareLimitsMembers": 0}, "shareLimitsMembers"),
        ({"shareLimits": "machine", "shareLimitsFallback": "open"}, "shareLimitsFallback"),
    ],
)
def test_misuse_is_refused_by_name(options: dict[str, Any], argument: str, emulator: Emulator) -> None:
    with pytest.raises(ValueError, match=argument):
        emulator.instance(**options)
