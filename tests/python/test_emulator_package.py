"""The emulator's wheel: what is on PATH and in the module once it is installed, and that it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ROOT

WINDOWS = sys.platform == "win32"
DIST = os.environ.get("SONORAN_DIST", str(ROOT / "dist"))
PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--find-links", DIST]


def environment() -> dict[str, str]:
    """Without the packages that the test runner is borrowed from."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel in it, in a path as users have them."""
    folder = Path(tmp_path_factory.mktemp("emulator")) / "Große Bots"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    programs = folder / ("Scripts" if WINDOWS else "bin")
    subprocess.run([programs / "python", *PIP, "sonoran-emulator"], check=True, env=environment())
    return programs


def served(command: list[str | Path]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as running:
        yield running
        running.kill()


def answers(url: str) -> bool:
    request = urllib.request.Request(f"{url}/v2/community", headers={"Authorization": "Bearer YOUR_API_KEY"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        data: object = json.loads(answer.read())["data"]["id"]
    return data == "YOUR_COMMUNITY_ID"


@pytest.mark.parametrize("words", [["sonoran-emulator"], ["python", "-m", "sonoran_emulator"]])
def test_it_starts_answers_and_ends(programs: Path, words: list[str]) -> None:
    for running in served([programs / words[0], *words[1:], "--port", "0"]):
        assert running.stdout is not None
        ready = json.loads(running.stdout.readline())
        assert answers(ready["url"])
        if WINDOWS:
            continue
        # No process stands between: who ends what was started has ended the emulator.
        assert ready["pid"] == running.pid
        running.send_signal(signal.SIGTERM)
        assert running.wait(60) == 0


def test_it_tells_the_version_of_its_package(programs: Path) -> None:
    told = subprocess.run(
        [programs / "sonoran-emulator", "--version"], capture_output=True, text=True, check=True
    )
    listed = subprocess.run(
        [programs / "python", "-m", "pip", "show", "sonoran-emulator"],
        capture_output=True,
        text=True,
        check=True,
    )
    version = re.search(r"^Version: (.*)$", listed.stdout, re.MULTILINE)
    assert version is not None
    assert told.stdout.split() == ["sonoran-emulator", version[1]]


FIND = "from sonoran_emulator import find_emulator; print(find_emulator())"


def found(python: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-c", FIND], capture_output=True, text=True, check=False, env={**environment(), **variables}
    )


def test_the_module_finds_the_program(programs: Path) -> None:
    place = Path(found(programs / "python").stdout.strip())
    assert place.parent == programs
    assert place.stem == "sonoran-emulator"


def test_it_is_found_beside_packages_in_a_folder(programs: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, *PIP, "--target", tmp_path, "sonoran-emulator"], check=True, env=environment()
    )
    place = found(Path(sys.executable), PYTHONPATH=str(tmp_path)).stdout.strip()
    assert Path(place).parent == tmp_path / "bin"


def test_a_missing_program_is_told(programs: Path, tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, *PIP, "--target", tmp_path, "sonoran-emulator"], check=True, env=environment()
    )
    for program in (tmp_path / "bin").iterdir():
        program.unlink()
    outcome = found(Path(sys.executable), PYTHONPATH=str(tmp_path))
    assert outcome.returncode != 0
    assert "pip install --force-reinstall sonoran-emulator" in outcome.stderr


@pytest.mark.skipif(WINDOWS, reason="programs are not interrupted so on Windows")
def test_an_interrupt_ends_the_module(programs: Path) -> None:
    for running in served([programs / "python", "-m", "sonoran_emulator", "--port", "0"]):
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0


def test_the_page_s_example_runs(programs: Path) -> None:
    page = (ROOT / "emulator/python/README.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example is not None
    outcome = subprocess.run(
        [programs / "python", "-c", example[1] + "print(url)"], capture_output=True, text=True, check=True
    )
    assert outcome.stdout.startswith("http://127.0.0.1:")
