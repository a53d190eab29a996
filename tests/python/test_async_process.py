"""AsyncInstance inside a running process: loops that come and go, signals, fork, exit, memory."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from sonoran import AsyncInstance
from support import Emulator, in_child, needs_fork, silent_server

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it in /proc")


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, **environment},
    )


@on_linux
def test_a_thousand_loops_leave_nothing_open(emulator: Emulator) -> None:
    client = emulator.async_instance()

    async def main() -> None:
        assert await client.cms.getSubVersionV2()

    def opened() -> int:
        return len(os.listdir("/proc/self/fd"))

    asyncio.run(main())
    before = opened()
    for _ in range(1000):
        asyncio.run(main())
    # The connections to the emulator come and go.
    assert opened() < before + 200
    client.close()


EXITS = {
    "a loop in a daemon thread": """
threading.Thread(target=asyncio.run, args=(calls(),), daemon=True).start()
begun.wait()
""",
    "an exception out of the loop": """
async def main():
    task = asyncio.create_task(calls())
    await asyncio.to_thread(begun.wait)
    sys.exit(0)
asyncio.run(main())
""",
    "a loop that is left behind": """
loop = asyncio.new_event_loop()
tasks = [loop.create_task(calls())]
loop.run_until_complete(asyncio.to_thread(begun.wait))
loop.set_exception_handler(lambda *_: None)
""",
    "a closed loop that is left behind": """
loop = asyncio.new_event_loop()
tasks = [loop.create_task(calls())]
loop.run_until_complete(asyncio.to_thread(begun.wait))
loop.set_exception_handler(lambda *_: None)
loop.run_until_complete(loop.shutdown_default_executor())
loop.close()
""",
    "calls at exit": """
import atexit
def late():
    print("late", asyncio.run(instance.cms.getCommunityV2(timeout=0.2)).error.kind)
atexit.register(late)
""",
    "the end of the process at once": """
threading.Thread(target=asyncio.run, args=(calls(),), daemon=True).start()
begun.wait()
os._exit(0)
""",
}

PREPARED = """
import asyncio, os, sys, threading
from sonoran import AsyncInstance

instance = AsyncInstance(apiKey="KEY", communityId="C", apiUrl={address!r})
begun = threading.Event()

class Unwatching(asyncio.SelectorEventLoop):
    def add_reader(self, *_):
        raise NotImplementedError

class Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = Unwatching

if {unwatching!r}:
    asyncio.set_event_loop_policy(Policy())

async def calls():
    tasks = [asyncio.create_task(instance.cms.getCommunityV2()) for _ in range(4)]
    # Some that are done just then, too.
    tasks += [asyncio.create_task(instance.cms.getCommunityV2(timeout=0.001 * n)) for n in range(1, 200)]
    await asyncio.sleep(0.1)
    begun.set()
    await asyncio.wait(tasks)
"""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("unwatching", [False, True], ids=["watching", "unwatching"])
@pytest.mark.parametrize("name", EXITS)
def test_a_process_exits_amid_calls(name: str, unwatching: bool) -> None:
    with silent_server() as (address, _):
        program = PREPARED.format(address=address, unwatching=unwatching) + EXITS[name]
        ended = run(program, PYTHONWARNINGS="ignore")
    assert ended.returncode == 0, ended.stderr
    assert "Fatal" not in ended.stderr
    assert "panicked" not in ended.stderr
    assert ended.stdout == ("late timeout\n" if name == "calls at exit" else "")


WAITING = """
import asyncio
from sonoran import AsyncInstance

async def main():
    async with AsyncInstance(
        apiKey="ctrl-c", communityId="C", apiUrl={address!r}, ceilings={{"getServersV2": 1}}
    ) as instance:
        await instance.cms.getServersV2()
        calls = [asyncio.create_task(instance.cms.getServersV2()) for _ in range(3)]
        while instance.rateLimit("getServersV2").waiting < 3:
            await asyncio.sleep(0.01)
        print("waiting", flush=True)
        await asyncio.gather(*calls)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="only POSIX systems send a SIGINT")
def test_ctrl_c_ends_a_program_that_waits_for_a_slot(emulator: Emulator) -> None:
    command = [sys.executable, "-c", WAITING.format(address=emulator.url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "waiting\n"
        program.send_signal(signal.SIGINT)
        # They would wait for a minute.
        assert program.communicate(timeout=20)[0] == "interrupted\n"
        assert program.returncode == 0


@needs_fork
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_amid_calls(emulator: Emulator) -> None:
    client = emulator.async_instance()
    begun, done = threading.Event(), threading.Event()

    async def main() -> None:
        with silent_server() as (address, _):
            silent = AsyncInstance(apiKey="KEY", communityId="C", apiUrl=address)
            waiting = [asyncio.create_task(silent.cms.getCommunityV2()) for _ in range(3)]
            while not done.is_set():
                assert await client.cms.getSubVersionV2()
                begun.set()
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    begun.wait()
    try:
        for _ in range(5):
            in_child(lambda: asyncio.run(client.cms.getCommunityV2()).success)
    finally:
        done.set()
        thread.join()


@needs_fork
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_inside_of_a_loop_leaves_it_alone(emulator: Emulator) -> None:
    client = emulator.async_instance()

    def in_another_loop() -> bool:
        # The child's thread believes that its parent's loop runs in it; Python's own way out is a new thread.
        answers: list[Any] = []
        thread = threading.Thread(target=lambda: answers.append(asyncio.run(client.cms.getCommunityV2())))
        thread.start()
        thread.join()
        return bool(answers[0].success)

    async def main() -> None:
        call = asyncio.create_task(client.cms.getCommunityV2())
        await asyncio.sleep(0)
        in_child(in_another_loop)
        assert await call
        assert await client.cms.getCommunityV2()

    asyncio.run(main())


GROWTH = (Path(__file__).parent / "growth.py").read_text("utf-8")


@on_linux
def test_calls_leave_nothing_behind(emulator: Emulator) -> None:
    calls = 3000
    ended = run(GROWTH, CALLS=str(calls))
    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert len(lines) == 5
    for line in lines:
        name, heap, blocks = line.rsplit(" ", 2)
        # The buffers of a few connections are no growth: with 100,000 calls they don't count.
        assert float(heap) * calls < 10 * calls + 600_000, line
        assert float(blocks) < 0.1, name
