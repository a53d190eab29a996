"""AsyncInstance, and the blocking one, in the programs that people write: web servers, bots, notebooks."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from sonoran import Instance
from sonoran._execute import _warned
from support import ROOT, Emulator, free_port, warned

PANEL = """
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sonoran import AsyncInstance, Instance

LINE = {"apiKey": KEY, "communityId": "C", "ceilings": {"getServersV2": 1}}
awaited, blocking = AsyncInstance(**LINE), Instance(**LINE)

@asynccontextmanager
async def lifespan(app):
    await awaited.cms.getServersV2()
    yield
    # What threads still wait for ends with this.
    blocking.close()
    await awaited.aclose()

app = FastAPI(lifespan=lifespan)

@app.get("/awaited")
async def servers():
    return (await awaited.cms.getServersV2()).to_dict()

@app.get("/blocking")
def servers_too():
    return blocking.cms.getServersV2().to_dict()

@app.get("/waiting")
async def waiting():
    return awaited.rateLimit("getServersV2").waiting

@app.get("/health")
async def health():
    return "well"

@app.get("/health/thread")
def health_too():
    return "well"
"""
# gunicorn's grace is 25 seconds; uvicorn lets go of what waits after one.
WORKER = """
from uvicorn.workers import UvicornWorker

class Worker(UvicornWorker):
    CONFIG_KWARGS = {"timeout_graceful_shutdown": 1}
"""
UVICORN = ["uvicorn", "panel:app", "--log-level", "warning", "--timeout-graceful-shutdown", "1"]
GUNICORN = ["gunicorn", "panel:app", "--worker-class", "worker.Worker", "--graceful-timeout", "25"]

needs_sigterm = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have a SIGTERM to end by")


@contextmanager
def served(folder: Path, emulator: Emulator, command: list[str], port_option: str) -> Iterator[Any]:
    """The panel behind a server; gives its port and its process."""
    (folder / "panel.py").write_text(PANEL.replace("KEY", repr(folder.name)), "utf-8")
    (folder / "worker.py").write_text(WORKER, "utf-8")
    port = free_port()
    bound = f"127.0.0.1:{port}" if port_option == "--bind" else str(port)
    paths = [str(folder), *sys.path]
    environment = {**os.environ, "SONORAN_CMS_API_URL": emulator.url, "PYTHONPATH": os.pathsep.join(paths)}
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, port_option, bound],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        while not answers(port):
            assert process.poll() is None, (folder / "log.txt").read_text("utf-8")
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill()
        process.wait(20)


def answers(port: int) -> bool:
    try:
        return bool(get(port, "/health") == "well")
    except OSError:
        return False


def get(port: int, path: str) -> Any:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return json.loads(answer.read())


def asked(port: int, path: str) -> list[HTTPConnection]:
    """Sends 60 requests that have to wait, and waits until they do."""
    connections = [HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(60)]
    for connection in connections:
        connection.request("GET", path)
    # A thread waits for each that blocks, and there are forty.
    while get(port, "/waiting") < (60 if path == "/awaited" else 40):
        time.sleep(0.05)
    return connections


@pytest.mark.parametrize("path", ["/awaited", "/blocking"])
def test_sixty_waiting_calls_do_not_stop_a_panel(path: str, tmp_path: Path, emulator: Emulator) -> None:
    with served(tmp_path, emulator, UVICORN, "--port") as (port, process):
        connections = asked(port, path)
        assert get(port, "/health") == "well"
        if path == "/awaited":
            assert get(port, "/health/thread") == "well"
        for connection in connections:
            connection.close()
        if os.name == "posix":
            process.send_signal(signal.SIGTERM)
            # They would wait for a minute.
            process.wait(40)


def test_the_packages_page(tmp_path: Path, emulator: Emulator) -> None:
    page = (ROOT / "bindings-python/README.md").read_text("utf-8")
    (found,) = re.findall(r"<!-- recipe: lifespan -->\n```python\n(.*?)```", page, re.DOTALL)
    command = [*UVICORN[:1], "page:app", *UVICORN[2:]]
    (tmp_path / "page.py").write_text(
        f'{found}\n@app.get("/health")\ndef health() -> object:\n    return "well"\n'
    )
    with served(tmp_path, emulator, command, "--port") as (port, _):
        assert get(port, "/servers")["success"] is True


@needs_sigterm
@pytest.mark.parametrize("path", ["/awaited", "/blocking"])
def test_a_worker_ends_within_its_grace(path: str, tmp_path: Path, emulator: Emulator) -> None:
    with served(tmp_path, emulator, GUNICORN, "--bind") as (port, process):
        connections = asked(port, path)
        process.send_signal(signal.SIGTERM)
        process.wait(40)
        for connection in connections:
            connection.close()
    # By itself, not by its master's last means.
    assert "SIGKILL" not in (tmp_path / "log.txt").read_text("utf-8")
    assert process.returncode == 0


def test_in_the_shape_of_a_bot(emulator: Emulator) -> None:
    """As discord.py's clients: made before there is a loop, which the client makes and ends itself."""
    promoted: list[bool] = []

    class Bot:
        def __init__(self) -> None:
            self.sonoran = emulator.async_instance()

        async def setup_hook(self) -> None:
            assert (await self.sonoran.cms.getCommunityV2()).success

        async def on_message(self, member: str) -> None:
            response = await self.sonoran.cms.resolveDiscordAccountV2(member)
            promoted.append(response.success)

        async def __aenter__(self) -> Bot:
            await self.setup_hook()
            return self

        async def __aexit__(self, *_: object) -> None:
            await self.sonoran.aclose()

        def run(self) -> None:
            async def runner() -> None:
                async with self:
                    # Events are tasks that nobody awaits.
                    loop = asyncio.get_running_loop()
                    self.tasks = [loop.create_task(self.on_message("111111111111111111")) for _ in range(20)]
                    while len(promoted) < 20:
                        await asyncio.sleep(0.01)

            asyncio.run(runner())

    Bot().run()
    assert len(promoted) == 20


def test_in_a_notebook(emulator: Emulator, instance: Instance) -> None:
    """Cells with `await` at their top, run one after another in a loop that runs all the time."""
    _warned.clear()
    cells = [
        "client = emulator.async_instance()",
        "response = await client.cms.getCommunityV2()",
        "task = asyncio.create_task(client.cms.getAccountsV2({'take': 2}))",
        "both = await asyncio.gather(task, client.cms.getServersV2())",
        "blocking = instance.cms.getSubVersionV2()",
        "await client.aclose()",
    ]
    names: dict[str, Any] = {"emulator": emulator, "instance": instance, "asyncio": asyncio}
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def run(cell: str) -> None:
        ran = eval(compile(cell, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.iscoroutine(ran):
            await ran

    try:
        with warned(RuntimeWarning, "getSubVersionV2 blocks the event loop") as caught:
            for cell in cells:
                asyncio.run_coroutine_threadsafe(run(cell), loop).result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert [warning.filename for warning in caught] == ["<cell>"]
    assert names["response"]
    assert all(names["both"])
    assert names["blocking"]
