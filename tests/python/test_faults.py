"""A panic inside the native part, of which a build for this test has two."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import sonoran
from support import KEY, Emulator

PROGRAM = """
import asyncio, json, pickle, traceback
from sonoran import AsyncInstance, Instance, InternalError, _native

faulty = Instance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID", userAgentSuffix={where!r})
awaited = AsyncInstance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID", userAgentSuffix={where!r})
seen = []
for turn in range(4):
    response = faulty.cms.getCommunityV2() if turn < 2 else asyncio.run(awaited.cms.getCommunityV2())
    try:
        response.unwrap()
    except InternalError as error:
        seen.append([response.error.kind, response.reason, response.error.operation])
        told = [repr(faulty), repr(response), repr(error), repr(pickle.dumps(error)), traceback.format_exc()]
        assert "YOUR_API_KEY" not in "".join(told)
other = Instance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID")
others = AsyncInstance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID", rateLimit="off")
async def many():
    # This build has the queue that other systems have.
    return {{each.reason for each in await asyncio.gather(*(others.cms.getCommunityV2() for _ in range(50)))}}
print(json.dumps([_native.__file__, seen, [other.cms.getCommunityV2().reason, *asyncio.run(many())]]))
"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it is installed, but for its native part."""
    native = os.environ.get("SONORAN_FAULTY_NATIVE")
    if not native:
        raise RuntimeError("SONORAN_FAULTY_NATIVE is not set; cargo xtask test --lang python sets it")
    folder: Path = tmp_path_factory.mktemp("faulty")
    installed = Path(str(sonoran.__file__)).parent
    shutil.copytree(installed, folder / "sonoran")
    shutil.copyfile(native, folder / "sonoran" / Path(str(sonoran._native.__file__)).name)
    return folder


@pytest.mark.parametrize("where", ["core", "binding"])
def test_a_panic_is_a_failed_call(where: str, faulty: Path, emulator: Emulator) -> None:
    environment = {**os.environ, "PYTHONPATH": str(faulty)}
    program = PROGRAM.format(where=f"panic in the {where}")
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    loaded, seen, other = json.loads(ended.stdout)
    assert loaded.startswith(str(faulty))
    reason = "The library failed; please report it with what was written to standard error."
    assert seen == [["internal", reason, "getCommunityV2"]] * 4
    assert other == [None, None]
    assert "injected" in ended.stderr
    assert KEY not in ended.stdout + ended.stderr


def test_what_is_shipped_has_no_such_fault(emulator: Emulator) -> None:
    for where in ("core", "binding"):
        options: dict[str, Any] = {"userAgentSuffix": f"panic in the {where}"}
        assert emulator.instance(**options).cms.getCommunityV2().success
