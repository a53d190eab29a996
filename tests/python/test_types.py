"""The stubs, by mypy: a program that uses them, and themselves against the package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from support import CALLS, checked

HERE = Path(__file__).parent


def has_hidden_default(call: dict[str, Any]) -> bool:
    arguments = call["arguments"]
    if call["version"] == 1 and any(isinstance(value, dict) for value in call["call"]["values"]):
        return True
    needed = [at for at, name in enumerate(arguments) if name not in call["optional"]]
    return any(arguments.index(name) < max(needed, default=0) for name in call["optional"])


@pytest.mark.parametrize("program", ["consumer", "receiving"])
def test_a_typed_program(program: str, tmp_path: Path) -> None:
    checked(tmp_path, "mypy", "--strict", "--cache-dir=cache", str(HERE / f"typed/{program}.py"))


# Python 3.9 cannot read it.
MATCHING = """
from sonoran import AccountBannedEvent, AccountKickedEvent, AccountUpdatedEvent, Event, UnknownEvent

def matched(event: Event) -> str | None:
    match event:
        case AccountUpdatedEvent(data=data):
            data["nothing"]  # type: ignore[typeddict-item]
            return data.get("comName")
        case AccountKickedEvent(accountId=account) | AccountBannedEvent(accountId=account):
            return account
        case UnknownEvent(type=name):
            return name
        case _:
            return None

print(matched(AccountKickedEvent("kicked", {})), matched(UnknownEvent("X", None, 5)))
"""


@pytest.mark.skipif(sys.version_info < (3, 10), reason="this Python has no match statement")
def test_matching_on_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "matching.py"
    program.write_text(MATCHING)
    checked(tmp_path, "mypy", "--strict", "--cache-dir=cache", str(program))
    exec(compile(MATCHING, str(program), "exec"), {})
    assert capsys.readouterr().out == "kicked X\n"


def test_the_stubs_tell_the_truth(tmp_path: Path) -> None:
    # What must be given after what may be left out, or in one of two ways, needs a default, which the
    # stubs do not tell: what is left out in earnest is refused.
    after_default = [call["method"] for call in CALLS if has_hidden_default(call)]
    allowed = tmp_path / "allowed.txt"
    allowed.write_text("".join(f"sonoran._cms.Cms.{method}\n" for method in after_default))
    names = ["_cms", "_events", "_native", "event", "instance", "response"]
    modules = [f"sonoran.{name}" for name in names]
    checked(tmp_path, "mypy.stubtest", "--ignore-unused-allowlist", "--allowlist", str(allowed), *modules)
