"""What a call costs beside the clients that a user would pick instead. `cargo xtask bench python` runs it.

All do the same work: encode the payload of setAccountRanksV2, send it over a kept connection, take the answer
(1.6 KB) apart. The rounds of all are interleaved; each figure is a median with its spread.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Queue
from typing import Any

import aiohttp
import primp
import requests
import trustme
from pyreqwest.client import ClientBuilder, SyncClientBuilder

import sonoran
from sonoran import AsyncInstance, Instance

ZEROS = "00000000-0000-0000-0000-000000000000"
PAYLOAD: Any = {"accId": ZEROS, "add": ["rank-1"], "active": True}
PATH = f"/v2/community/accounts/{ZEROS}/ranks"
HEADERS = {"Authorization": "Bearer YOUR_API_KEY", "X-Community-Id": "YOUR_COMMUNITY_ID"}
GIVEN: Any = {"apiKey": "YOUR_API_KEY", "communityId": "YOUR_COMMUNITY_ID"}
# Counted, but never reached.
GIVEN["ceilings"] = {"setAccountRanksV2": 100_000_000, "getServersV2": 100_000_000}
ROUNDS = int(os.environ.get("ROUNDS", "9"))
SECONDS = float(os.environ.get("SECONDS_A_ROUND", "0.4"))
# Beyond it, a figure tells of the machine rather than of the code.
NOISY = 1.6

Sync = Callable[[], object]
Async = Callable[[], Awaitable[object]]


class Emulator:
    def __init__(self, program: str) -> None:
        command = [program, "--port", "0", "--limits", "off"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.url: str = json.loads(self.process.stdout.readline())["url"]

    def answer(self, bytes_of_data: int) -> None:
        """From now on getServersV2 is answered with so much."""
        row = {
            "id": 1,
            "name": "Server",
            "ip": "127.0.0.1",
            "port": "30120",
            "allowedIds": [1, 2.5, None, True],
        }
        rows = [row] * max(1, bytes_of_data // len(json.dumps(row)))
        text = json.dumps({"success": True, "data": {"servers": rows}, "meta": {}})
        action = {"type": "respond", "status": 200, "hex": text.encode().hex()}
        rule = {"operation": "getServersV2", "times": "always", "action": action}
        requests.delete(f"{self.url}/_emulator/faults", timeout=30).raise_for_status()
        requests.post(f"{self.url}/_emulator/faults", json=rule, timeout=30).raise_for_status()


class TlsServer:
    """Answers as the emulator does, over TLS, by a certificate of an authority of its own."""

    def __init__(self, answer: bytes) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        authority = trustme.CA()
        self.roots = str(folder / "roots.pem")
        authority.cert_pem.write_to_path(self.roots)
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
            str(folder / "server.pem")
        )
        (folder / "answer.json").write_bytes(answer)
        command = ["node", str(Path(__file__).resolve().parents[1] / "tls-server.mjs"), str(folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.url: str = json.loads(self.process.stdout.readline())["url"]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()


def by_tls(emulator: Emulator) -> Samples:
    """One connection over TLS, of which requests makes the same use."""
    answer = requests.patch(emulator.url + PATH, json=PAYLOAD, headers=HEADERS, timeout=30)
    answer.raise_for_status()
    server = TlsServer(answer.content)
    try:
        instance = Instance(**GIVEN, apiUrl=server.url, rootCertificates=[Path(server.roots).read_text()])
        with requests.Session() as session:
            session.headers.update(HEADERS)

            # Said for each call: a bundle that the environment names wins over the session's.
            def by_requests() -> None:
                assert session.patch(server.url + PATH, json=PAYLOAD, verify=server.roots).json()["success"]

            calls: dict[str, Sync] = {
                "sonoran": lambda: instance.cms.setAccountRanksV2(ZEROS, PAYLOAD).unwrap(),
                "requests": by_requests,
            }
            return interleaved(calls)
    finally:
        server.end()


def blocking(url: str, ends: ExitStack) -> dict[str, Sync]:
    instance = Instance(**GIVEN, apiUrl=url)
    primped = primp.Client(headers=HEADERS)
    reqwested = ends.enter_context(SyncClientBuilder().default_headers(HEADERS).build())
    session = ends.enter_context(requests.Session())
    session.headers.update(HEADERS)
    address = url + PATH

    def checked(answer: Any) -> None:
        assert answer["success"]

    return {
        "sonoran": lambda: instance.cms.setAccountRanksV2(ZEROS, PAYLOAD).unwrap(),
        "primp": lambda: checked(primped.patch(address, json=PAYLOAD).json()),
        "pyreqwest": lambda: checked(reqwested.patch(address).body_json(PAYLOAD).build().send().json()),
        "requests": lambda: checked(session.patch(address, json=PAYLOAD).json()),
    }


class Sample:
    """Calls per second, and microseconds of this process's CPU per call."""

    def __init__(self, calls: int, began: tuple[float, float]) -> None:
        elapsed, used = time.perf_counter() - began[0], time.process_time() - began[1]
        self.rate, self.cost = calls / elapsed, used / calls * 1e6


def now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def round_of(call: Sync) -> Sample:
    began, calls = now(), 0
    while time.perf_counter() - began[0] < SECONDS:
        for _ in range(20):
            call()
        calls += 20
    return Sample(calls, began)


async def awaited_round(call: Async, at_once: int) -> Sample:
    began, calls = now(), 0

    async def one() -> None:
        nonlocal calls
        while time.perf_counter() - began[0] < SECONDS:
            await call()
            calls += 1

    await asyncio.gather(*(one() for _ in range(at_once)))
    return Sample(calls, began)


Samples = dict[str, list[Sample]]


def interleaved(calls: dict[str, Sync]) -> Samples:
    samples: Samples = {name: [] for name in calls}
    for turn in range(ROUNDS + 1):
        for name, call in calls.items():
            sample = round_of(call)
            # The first is for warming up.
            if turn:
                samples[name].append(sample)
    return samples


def sequential(url: str) -> Samples:
    with ExitStack() as ends:
        return interleaved(blocking(url, ends))


async def together(url: str, at_once: int) -> Samples:
    address = url + PATH
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        AsyncInstance(**GIVEN, apiUrl=url) as instance,
        aiohttp.ClientSession(headers=HEADERS, connector=connector) as session,
        ClientBuilder().default_headers(HEADERS).build() as reqwested,
    ):

        async def by_sonoran() -> None:
            (await instance.cms.setAccountRanksV2(ZEROS, PAYLOAD)).unwrap()

        async def by_aiohttp() -> None:
            async with session.patch(address, json=PAYLOAD) as answer:
                assert (await answer.json())["success"]

        async def by_pyreqwest() -> None:
            answer = await reqwested.patch(address).body_json(PAYLOAD).build().send()
            assert (await answer.json())["success"]

        calls: dict[str, Async] = {"sonoran": by_sonoran, "aiohttp": by_aiohttp, "pyreqwest": by_pyreqwest}
        samples: Samples = {name: [] for name in calls}
        for turn in range(ROUNDS + 1):
            for name, call in calls.items():
                sample = await awaited_round(call, at_once)
                if turn:
                    samples[name].append(sample)
    return samples


def spread(values: Iterable[float], digits: int = 2) -> str:
    ordered = sorted(values)
    noise = "" if ordered[-1] <= NOISY * ordered[0] else " NOISY"
    middle = statistics.median(ordered)
    return f"{middle:,.{digits}f} ({ordered[0]:,.{digits}f} to {ordered[-1]:,.{digits}f}){noise}"


def show(title: str, samples: Samples) -> None:
    print(f"\n## {title}\n\n| | calls a second | CPU a call, µs | sonoran is so many times as quick |")
    print("|---|---|---|---|")
    ours = samples["sonoran"]
    for name, theirs in samples.items():
        # Of one round each, which the machine has treated alike.
        ratios = [mine.rate / other.rate for mine, other in zip(ours, theirs)]
        rate, cost = spread((s.rate for s in theirs), 0), spread((s.cost for s in theirs), 1)
        print(f"| {name} | {rate} | {cost} | {'' if theirs is ours else spread(ratios)} |", flush=True)


class Silent:
    """A server that takes requests and answers none; it says when one came, and when its connection ended."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.came: Queue[Future[float]] = Queue()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self._hold, args=(connection,), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        ended: Future[float] = Future()
        with connection:
            connection.recv(65536)
            self.came.put(ended)
            # Nothing, or an error where it was reset.
            with suppress(OSError):
                while connection.recv(65536):
                    pass
            ended.set_result(time.perf_counter())


async def cancelled() -> None:
    print("\n## From cancelling a task to the server's seeing that its connection ended, ms, of 200\n")
    print("| | median | 99 of 100 | longest |\n|---|---|---|---|")
    server = Silent()
    async with (
        AsyncInstance(**GIVEN, apiUrl=server.url, rateLimit="off") as instance,
        aiohttp.ClientSession(headers=HEADERS) as session,
    ):

        async def by_aiohttp() -> None:
            async with session.get(server.url) as answer:
                await answer.read()

        calls: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "sonoran": lambda: instance.cms.getCommunityV2(),
            "aiohttp": by_aiohttp,
        }
        spent: dict[str, list[float]] = {name: [] for name in calls}
        for _ in range(200):
            for name, call in calls.items():
                task = asyncio.ensure_future(call())
                ended = await asyncio.to_thread(server.came.get)
                began = time.perf_counter()
                task.cancel()
                spent[name].append((await asyncio.wrap_future(ended) - began) * 1000)
        for name, values in spent.items():
            ordered = sorted(values)
            print(f"| {name} | {statistics.median(ordered):.2f} | {ordered[-3]:.2f} | {ordered[-1]:.2f} |")


def by_size(emulator: Emulator) -> None:
    print("\n## By the size of the answer\n\n| data | ms a call | of it CPU |\n|---|---|---|")
    instance = Instance(**GIVEN, apiUrl=emulator.url)
    for kilobytes in (1, 10, 100, 1_000, 10_000):
        emulator.answer(kilobytes * 1000)
        count = max(3, 300 // kilobytes)
        samples = []
        for _ in range(5):
            began = now()
            for _ in range(count):
                instance.cms.getServersV2().unwrap()
            samples.append(Sample(count, began))
        spent = spread((1000 / s.rate for s in samples), 3), spread((s.cost / 1000 for s in samples), 3)
        print(f"| {kilobytes:,} KB | {spent[0]} | {spent[1]} |", flush=True)


async def by_number(url: str) -> None:
    print("\n## By the number of calls under way\n")
    print("| under way | calls a second | CPU a call, µs |\n|---|---|---|")
    async with AsyncInstance(**GIVEN, apiUrl=url) as instance:

        async def call() -> None:
            (await instance.cms.setAccountRanksV2(ZEROS, PAYLOAD)).unwrap()

        for at_once in (1, 4, 16, 64, 256, 1024):
            samples = [await awaited_round(call, at_once) for _ in range(6)][1:]
            rate, cost = spread((s.rate for s in samples), 0), spread((s.cost for s in samples), 1)
            print(f"| {at_once:,} | {rate} | {cost} |", flush=True)


def imports() -> None:
    folder = os.path.dirname(os.path.dirname(sonoran.__file__))
    begin = f"import sys; sys.path.insert(0, {folder!r});"
    programs = {"nothing": begin, "json": f"{begin} import json", "sonoran": f"{begin} import sonoran"}
    spent: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(41):
        for name, program in programs.items():
            before = cpu_of_children()
            subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)
            spent[name].append((cpu_of_children() - before) * 1000)
    middle = {name: statistics.mean(sorted(values)[:21]) for name, values in spent.items()}
    over = {name: middle[name] - middle["nothing"] for name in ("json", "sonoran")}
    print("\n## Importing, over the bare interpreter\n")
    print(
        f"json {over['json']:.2f} ms, sonoran {over['sonoran']:.2f} ms: {over['sonoran'] / over['json']:.2f}"
    )


def growth(url: str) -> None:
    print(
        "\n## Left behind, over 100,000 calls of each kind: bytes a call, Python's objects a call\n",
        flush=True,
    )
    program = Path(__file__).parents[2] / "tests/python/growth.py"
    environment = {**os.environ, "CALLS": "100000", "SONORAN_CMS_API_URL": url}
    subprocess.run([sys.executable, str(program)], env=environment, check=True)


def cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def on_one_core(emulator: Emulator, one: bool) -> None:
    """Client and server on one core, where what counts is the work and not who wakes whom; or on all."""
    if not hasattr(os, "sched_setaffinity"):
        return
    cores = {min(ALL)} if one else ALL
    for process in (os.getpid(), emulator.process.pid):
        for thread in os.listdir(f"/proc/{process}/task"):
            os.sched_setaffinity(int(thread), cores)


ALL = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def main() -> None:
    emulator = Emulator(sys.argv[1])
    asked = sys.argv[2:] or ["blocking", "async", "tls", "size", "number", "cancel", "import", "growth"]
    try:
        version = sys.version.split()[0]
        print(f"CPython {version}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        for one in (True, False):
            on_one_core(emulator, one)
            where = "client and server on one core" if one else "on all cores"
            if "blocking" in asked:
                show(f"Blocking, {where}", sequential(emulator.url))
            if "async" in asked:
                show(f"asyncio, 64 under way, {where}", asyncio.run(together(emulator.url, 64)))
        if "tls" in asked:
            show("TLS, one connection, on all cores", by_tls(emulator))
        if "size" in asked:
            by_size(emulator)
        if "number" in asked:
            asyncio.run(by_number(emulator.url))
        if "cancel" in asked:
            asyncio.run(cancelled())
        if "import" in asked:
            imports()
        if "growth" in asked:
            growth(emulator.url)
        print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    finally:
        emulator.process.kill()


main()
