"""What the documentation shows runs as it stands there."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

import serving
from sonoran import Instance
from support import CALLS, KEY, ROOT, ZEROS, Emulator

DOCUMENTED = """
from sonoran import Instance, productEnums
instance = Instance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID", product=productEnums.CMS, serverId=1)
response = instance.cms.setAccountRanksV2(accountId, payload)
"""  # noqa: E501


def run(program: str, **names: Any) -> dict[str, Any]:
    exec(compile(program, "<documentation>", "exec"), names)
    return names


def test_the_documented_snippet(emulator: Emulator) -> None:
    payload = {"accId": ZEROS, "add": ["rank-1"], "active": True}
    response = run(DOCUMENTED, accountId=ZEROS, payload=payload)["response"]
    assert response.success
    assert "rank-1" in response.data["ranks"]


def blocks(file: Path, before: str = "") -> list[str]:
    # Programs of their own, see test_receiver_end.py.
    text = re.sub(r"<!-- recipe: \w+ -->\n```python\n.*?```", "", file.read_text("utf-8"), flags=re.DOTALL)
    found: list[str] = re.findall(rf"{before}```python\n(.*?)```", text, re.DOTALL)
    return found


def test_the_packages_page(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    programs = blocks(ROOT / "bindings-python/README.md")
    assert len(programs) >= 5
    # Each goes on where the one before it ended, as a reader does.
    receiver = run("\n".join(programs))["receiver"]
    printed = capsys.readouterr().out
    assert "rank-1" in printed
    assert "ACCOUNT_BANNED {'discordId': " in printed
    kicked = json.dumps({"key": KEY, "type": "ACCOUNT_KICKED", "data": {"accountId": ZEROS}})
    with serving.asgi(receiver) as address:
        assert serving.send(address, kicked.encode()).status == 204
        receiver.close()
    assert capsys.readouterr().out == "ACCOUNT_KICKED ExampleAccount\n"
    assert all(request["status"] in (200, 404) for request in emulator.journal())


def test_the_projects_page(emulator: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    programs = blocks(ROOT / "README.md", "<!-- snippet: python -->\n")
    assert programs
    for program in programs:
        response = run(program)["response"]
        assert response.success
    assert capsys.readouterr().out


@pytest.mark.parametrize("method", [call["method"] for call in CALLS])
def test_the_example_in_help(method: str, instance: Instance) -> None:
    text = inspect.getdoc(getattr(instance.cms, method)) or ""
    example = textwrap.dedent(text.partition("Example::\n")[2])
    assert run(example, instance=instance)["response"].success
