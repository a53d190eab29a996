"""The types, by the checkers that people have: every program that is shown, those in `typed/`, and the stubs
themselves against the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import programs
import sonoran
from support import checked

PYRIGHT = os.environ.get("SONORAN_PYRIGHT")
needs_pyright = pytest.mark.skipif(not PYRIGHT, reason="this machine has no Node.js, which pyright needs")

# Python 3.9 cannot read it.
MATCHING = """
from sonoran import AccountBannedEvent, AccountKickedEvent, AccountUpdatedEvent, Event, UnknownEvent
from sonoran import Failed, Succeeded

def matched(event: Event) -> str | None:
    match event:
        case AccountUpdatedEvent(data=data):
            data["nothing"]  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
            return data.get("comName")
        case AccountKickedEvent(accountId=account) | AccountBannedEvent(accountId=account):
            return account
        case UnknownEvent(type=name):
            return name
        case _:
            return None

def ended(response: Succeeded[int] | Failed) -> str:
    match response:
        case Succeeded(data=data):
            return str(data + 1)
        case Failed(error=failure):
            return failure.kind

print(matched(AccountKickedEvent("kicked", {})), matched(UnknownEvent("X", None, 5)))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("typed")
    programs.gather(folder)
    if sys.version_info >= (3, 10):
        (folder / "matching.py").write_text(MATCHING)
    return folder


@pytest.mark.parametrize("mode", ["default", "strict"])
def test_mypy(mode: str, folder: Path) -> None:
    strict = ["--strict"] if mode == "strict" else []
    # What is wrong in a program is expected there, so that an error that is lost counts.
    checked(folder, "mypy", "--config-file=", "--warn-unused-ignores", "--cache-dir=cache", *strict, ".")


@needs_pyright
@pytest.mark.parametrize("mode", ["basic", "strict"])
def test_pyright(mode: str, folder: Path) -> None:
    config = {
        "typeCheckingMode": mode,
        "include": ["*.py"],
        # As for mypy; and the comments for that one are not taken for its own.
        "enableTypeIgnoreComments": False,
        "reportUnnecessaryTypeIgnoreComment": "error",
        # What is only looked up in these programs.
        "reportUnusedExpression": False,
    }
    project = folder / f"{mode}.json"
    project.write_text(json.dumps(config))
    _pyright(folder, "--project", str(project))


@needs_pyright
def test_every_public_name_has_a_type(tmp_path: Path) -> None:
    _pyright(tmp_path, "--verifytypes", "sonoran", "--ignoreexternal")


def _pyright(folder: Path, *arguments: str) -> None:
    assert PYRIGHT
    # It looks for packages where the first Python on PATH has them.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        ["node", PYRIGHT, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.skipif(sys.version_info < (3, 10), reason="this Python has no match statement")
def test_matching_on_events(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(MATCHING, "<matching>", "exec"), {})
    assert capsys.readouterr().out == "kicked X\n"


def test_the_stubs_tell_the_truth(tmp_path: Path) -> None:
    stubs = sorted(file.stem for file in Path(sonoran.__file__).parent.glob("*.pyi"))
    assert {"_cms", "instance", "response"} <= set(stubs)
    checked(tmp_path, "mypy.stubtest", "--concise", *(f"sonoran.{name}" for name in stubs))
