"""The package inside a running process: signals, threads, fork, exit."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

import sonoran
from sonoran import Instance
from support import ZEROS, Emulator, failed, in_child, needs_fork, silent_server

needs_alarm = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarm")


def interrupted(call: Callable[[], object], begun: Callable[[], object]) -> float:
    """Presses Ctrl-C once the call has begun; gives the seconds that it took to end then."""
    pressed = 0.0

    def press() -> None:
        nonlocal pressed
        begun()
        pressed = time.monotonic()
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=press)
    with pytest.raises(KeyboardInterrupt):
        thread.start()
        call()
    ended = time.monotonic()
    thread.join()
    return ended - pressed


# It takes a tenth of a second, and half a minute where it does not work. Tests run beside much else.
AT_ONCE = 5


def test_ctrl_c_ends_a_call_and_closes_its_connection() -> None:
    with silent_server() as (address, server):
        instance = Instance(apiKey="KEY", communityId="C", apiUrl=address)
        accepted: list[socket.socket] = []
        took = interrupted(instance.cms.getCommunityV2, lambda: accepted.append(server.accept()[0]))
        assert took < AT_ONCE
        with accepted[0] as connection:
            connection.settimeout(AT_ONCE)
            while connection.recv(65536):
                pass


def test_ctrl_c_ends_waiting_for_a_slot(emulator: Emulator) -> None:
    instance = emulator.instance(rateLimit="wait", ceilings={"getClockInTypesV2": 1})
    assert instance.cms.getClockInTypesV2().success

    def waits() -> None:
        while not instance.rateLimit("getClockInTypesV2").waiting:
            time.sleep(0.01)

    assert interrupted(instance.cms.getClockInTypesV2, waits) < AT_ONCE
    assert len(emulator.journal()) == 1


def test_after_ctrl_c_the_instance_goes_on(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(delay=10_000)
    interrupted(instance.cms.getCommunityV2, lambda: time.sleep(1))
    assert instance.cms.getCommunityV2().success
    assert [request["outcome"] for request in emulator.journal()] == ["aborted", "answered"]


@needs_alarm
def test_a_signal_handler_may_make_a_call(emulator: Emulator, instance: Instance) -> None:
    seen: list[bool] = []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(instance.cms.getSubVersionV2().success))
    try:
        emulator.fault(operation="getCommunityV2", delay=400)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        assert instance.cms.getCommunityV2().success
    finally:
        signal.signal(signal.SIGALRM, before)
    assert seen == [True]


def in_threads(count: int, work: Callable[[], object]) -> None:
    """Runs it that many times at once; the first error is this test's."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_threads_share_an_instance(emulator: Emulator, instance: Instance) -> None:
    def work() -> None:
        for _ in range(25):
            assert instance.cms.getAccountV2(ZEROS).unwrap()["accId"] == ZEROS

    in_threads(16, work)
    assert len(emulator.journal()) == 400


def test_threads_wait_at_the_same_time(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(delay=1000, times="always")
    began = time.monotonic()
    in_threads(8, lambda: instance.cms.getCommunityV2().unwrap())
    # One after another they would take eight.
    assert time.monotonic() - began < 6


def test_other_threads_run_during_a_call(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(delay=500)
    ticks = 0
    stop = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.wait(0.01):
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    instance.cms.getCommunityV2().unwrap()
    stop.set()
    thread.join()
    assert ticks > 2


@needs_fork
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork(instance: Instance) -> None:
    assert instance.cms.getCommunityV2().success
    in_child(lambda: instance.cms.getCommunityV2().success)
    assert instance.cms.getCommunityV2().success

    def grandchild() -> bool:
        in_child(lambda: instance.cms.getCommunityV2().success)
        return instance.cms.getCommunityV2().success

    in_child(grandchild)


@needs_fork
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_fork_while_other_threads_are_in_calls(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(operation="getCommunityV2", delay=1000, times="always")
    waiting = emulator.instance(rateLimit="wait", ceilings={"getServersV2": 1})
    assert waiting.cms.getServersV2().success
    calls = [
        threading.Thread(target=lambda: instance.cms.getCommunityV2().unwrap()),
        threading.Thread(target=pytest.raises, args=(CancelledError, waiting.cms.getServersV2)),
    ]
    for call in calls:
        call.start()
    time.sleep(0.2)
    # A child's limits are its own: it does not queue behind its parent's threads.
    for _ in range(3):
        in_child(lambda: instance.cms.getSubVersionV2().success and waiting.cms.getServersV2().success)
    # Or its call would come to the emulator of other tests as soon as there is a slot.
    waiting.close()
    for call in calls:
        call.join()


PROGRAM = """
import threading, time
from sonoran import Instance
instance = Instance(apiKey="KEY", communityId="C", apiUrl={address!r})
threads = [threading.Thread(target=instance.cms.getCommunityV2, daemon=True) for _ in range(4)]
for thread in threads: thread.start()
time.sleep(0.3)
"""


def test_a_process_exits_while_daemon_threads_are_in_calls() -> None:
    with silent_server() as (address, _):
        program = [sys.executable, "-c", PROGRAM.format(address=address)]
        # The calls would wait for half a minute.
        ended = subprocess.run(program, capture_output=True, text=True, timeout=25)
        assert (ended.returncode, ended.stderr) == (0, "")


TOLD_AS_IT_EXITS = """
import threading, time
from sonoran import Instance
begun = threading.Event()
def told(attempt):
    begun.set()
    time.sleep(0.3)
    print(attempt.status, flush=True)
options = dict(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID", apiUrl={address!r}, onAttempt=told)
instance = Instance(options)
threading.Thread(target=instance.cms.getCommunityV2, daemon=True).start()
begun.wait()
"""


def test_a_process_exits_after_the_callbacks_that_have_begun(emulator: Emulator) -> None:
    # A thread that is about to have the GIL as the interpreter ends would crash.
    emulator.fault(operation="getCommunityV2", action={"type": "respond", "status": 503}, times="always")
    program = [sys.executable, "-c", TOLD_AS_IT_EXITS.format(address=emulator.url)]
    ended = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout.splitlines()[:1], ended.stderr) == (0, ["503"], "")


def test_a_process_exits_with_an_instance_in_a_global(emulator: Emulator) -> None:
    program = "import sonoran; i = sonoran.Instance(apiKey='YOUR_API_KEY', communityId='YOUR_COMMUNITY_ID'); "
    program += "print(i.cms.getCommunityV2().success)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "True\n", "")


def test_the_import_brings_little_along() -> None:
    folder = str(Path(sonoran.__file__).parents[1])
    program = f"import sys; sys.path.insert(0, {folder!r}); import sonoran; print(*sys.modules)"
    # Without site-packages, whose own files may import anything.
    modules = set(subprocess.check_output([sys.executable, "-I", "-S", "-c", program], text=True).split())
    assert "sonoran._native" in modules
    assert modules.isdisjoint(
        {"typing", "sonoran.types", "asyncio", "dataclasses", "uuid", "datetime", "http"}
        | {"json", "re", "enum", "logging", "collections", "functools", "importlib"}
    )


def test_a_deadline_holds_for_the_waiting_too(emulator: Emulator) -> None:
    instance = emulator.instance(rateLimit="wait", ceilings={"getProfileFieldsV2": 1})
    assert instance.cms.getProfileFieldsV2().success
    began = time.monotonic()
    failed(instance.cms.getProfileFieldsV2(deadline=30), "rateLimited")
    assert time.monotonic() - began < 10
