"""What the core warns of, in Python's log."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sonoran import Instance
from support import Emulator, failed, needs_fork

LOST = "rate limits can't be shared: "


@pytest.fixture
def unusable(tmp_path: Path) -> dict[str, Any]:
    """Options that name a file where a folder should be, in which limits would be shared."""
    file = tmp_path / "file"
    file.touch()
    return {"rateLimit": "error", "shareLimits": "machine", "shareLimitsFolder": file}


@pytest.fixture
def unreachable() -> Iterator[dict[str, Any]]:
    """Options that name a server where nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"redis://hunter:hunter2@127.0.0.1:{nobody.getsockname()[1]}"
        yield {"rateLimit": "error", "shareLimits": url, "shareLimitsFallback": "refuse"}


def told(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "sonoran"]


def test_a_folder_that_cannot_be_used_is_told_as_the_instance_is_made(
    emulator: Emulator, unusable: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    instance = emulator.instance(**unusable, ceilings={"getServersV2": 4})
    [record] = told(caplog)
    assert (record.levelno, record.kind) == (logging.WARNING, "limitsNotShared")  # type: ignore[attr-defined]
    assert record.getMessage().startswith(LOST)
    # Others of the same key are in the same trouble, of which all have heard.
    assert emulator.instance(**unusable).rateLimit("getServersV2").free > 0
    assert instance.cms.getServersV2().success
    assert len(told(caplog)) == 1


def test_a_server_out_of_reach_is_told_before_the_call_returns(
    emulator: Emulator, unreachable: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    instance = emulator.instance(**unreachable)
    assert told(caplog) == []
    for _ in range(2):
        response = instance.cms.getServersV2()
        failed(response, "rateLimited")
        assert response.reason is not None
        assert "redis://127.0.0.1:" in response.reason
        assert "hunter" not in response.reason
        [record] = told(caplog)
    assert record.getMessage().startswith(LOST + "redis://127.0.0.1:")
    assert record.getMessage().endswith("; meanwhile calls are refused")
    assert "hunter" not in record.getMessage()
    assert emulator.journal() == []


def test_event_loops_are_told_on_their_own_thread(
    emulator: Emulator, unreachable: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with emulator.async_instance(**unreachable) as instance:
            failed(await instance.cms.getServersV2(), "rateLimited")

    asyncio.run(main())
    [record] = told(caplog)
    assert record.threadName == "MainThread"
    assert record.getMessage().startswith(LOST)


def test_plain_http_is_told(caplog: pytest.LogCaptureFixture) -> None:
    Instance(apiKey="hunter2", communityId="C", apiUrl="http://plain.example", allowPlainHttp=True)
    [record] = told(caplog)
    assert record.kind == "plainHttp"  # type: ignore[attr-defined]
    assert "plain.example" in record.getMessage()
    assert "hunter2" not in record.getMessage()


@contextmanager
def handled(handler: logging.Handler) -> Iterator[None]:
    logger = logging.getLogger("sonoran")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def test_a_handler_may_make_instances_and_calls(emulator: Emulator, unusable: dict[str, Any]) -> None:
    answers: list[bool] = []

    class Reports(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            answers.append(emulator.instance(**unusable).cms.getServersV2().success)
            answers.append(emulator.instance(apiKey="YOUR_API_KEY").cms.getCommunityV2().success)

    with handled(Reports()):
        emulator.instance(**unusable)
    assert answers == [True, True]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_filter_that_fails_is_no_matter_of_the_call(
    emulator: Emulator, unreachable: dict[str, Any]
) -> None:
    class Fails(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            raise RuntimeError("the handler's own")

    with handled(Fails()):
        failed(emulator.instance(**unreachable).cms.getServersV2(), "rateLimited")


@needs_fork
def test_a_forked_child_tells_of_its_own_trouble(emulator: Emulator, unusable: dict[str, Any]) -> None:
    records: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record.getMessage())

    with handled(Keeps()):
        instance = emulator.instance(**unusable)
        assert len(records) == 1
        child = os.fork()
        if child == 0:
            succeeded = instance.cms.getServersV2().success
            os._exit(0 if succeeded and len(records) == 2 else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert len(records) == 1


MADE = """
import {more}sonoran
instance = sonoran.{name}(
    apiKey="YOUR_API_KEY", communityId="C", shareLimits="machine", shareLimitsFolder={folder!r}
)
"""


def run(folder: Path, name: str, more: str = "", then: str = "") -> subprocess.CompletedProcess[str]:
    program = MADE.format(more=more, name=name, folder=str(folder)) + then
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", ["Instance", "AsyncInstance"])
def test_a_program_without_a_log_has_them_on_standard_error(name: str, unusable: dict[str, Any]) -> None:
    ended = run(unusable["shareLimitsFolder"], name)
    assert ended.returncode == 0
    assert ended.stderr.startswith(LOST)
    assert ended.stderr.count("\n") == 1


def test_the_log_decides_what_is_written(unusable: dict[str, Any]) -> None:
    folder = unusable["shareLimitsFolder"]
    quiet = "logging; logging.getLogger('sonoran').setLevel('ERROR'); import "
    ended = run(folder, "Instance", quiet)
    assert (ended.returncode, ended.stderr) == (0, "")
    named = "logging; logging.basicConfig(format='%(levelname)s %(name)s %(kind)s'); import "
    assert run(folder, "Instance", named).stderr == "WARNING sonoran limitsNotShared\n"


def test_what_nobody_waited_for_is_told_at_the_end(unreachable: dict[str, Any]) -> None:
    program = f"""
import asyncio, sonoran
instance = sonoran.AsyncInstance(
    apiKey="YOUR_API_KEY", communityId="C", shareLimitsFallback="refuse",
    shareLimits={unreachable["shareLimits"]!r},
)
async def main():
    call = asyncio.ensure_future(instance.cms.getServersV2())
    await asyncio.sleep(0)
    # The loop is not looked after until the core has noticed.
    while instance.rateLimit("getServersV2").free > 0:
        pass
    loop.stop()
loop = asyncio.new_event_loop()
loop.create_task(main())
loop.run_forever()
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert LOST in ended.stderr, ended.stderr
    assert ended.returncode == 0
