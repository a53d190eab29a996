"""AsyncInstance in a running event loop: the calls of `Instance`, awaited."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import inspect
import logging
import pickle
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any
from uuid import uuid4
from weakref import ref

import anyio
import pytest

from sonoran import AsyncInstance, Instance, NotFoundError, SonoranResponse
from sonoran._execute import _warned
from support import UNKNOWN, ZEROS, Emulator, failed, silent_server, warned

uvloop: Any = None
with suppress(ImportError):
    uvloop = import_module("uvloop")


class Unwatching(asyncio.SelectorEventLoop):
    """As Windows' own loop, it watches nothing."""

    def add_reader(self, *_: Any) -> None:  # type: ignore[override]
        raise NotImplementedError


Run = Callable[[Coroutine[Any, Any, Any]], Any]


def by(new_loop: Callable[[], asyncio.AbstractEventLoop]) -> Run:
    def run(main: Coroutine[Any, Any, Any]) -> Any:
        loop = new_loop()
        try:
            return loop.run_until_complete(main)
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    return run


without_uvloop = pytest.mark.skipif(uvloop is None, reason="there is no uvloop for this Python or system")
RUNS = [
    pytest.param(asyncio.run, id="asyncio"),
    pytest.param(by(Unwatching), id="unwatching"),
    pytest.param(by(lambda: uvloop.new_event_loop()), id="uvloop", marks=without_uvloop),
    pytest.param(lambda main: anyio.run(lambda: main), id="anyio"),
]


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


@pytest.fixture
def client(emulator: Emulator) -> Iterator[AsyncInstance]:
    instance = emulator.async_instance()
    yield instance
    instance.close()


def one_slot() -> dict[str, Any]:
    """Options of an instance that sends one request a minute. Its key is its own, and so is its line."""
    return {"apiKey": uuid4().hex, "rateLimit": "wait", "ceilings": {"getServersV2": 1}}


def test_many_calls_at_once(run: Run, client: AsyncInstance, emulator: Emulator) -> None:
    async def main() -> Any:
        return await asyncio.gather(*(client.cms.getAccountV2(ZEROS) for _ in range(100)))

    assert [response.unwrap()["accId"] for response in run(main())] == [ZEROS] * 100
    assert len(emulator.journal()) == 100


def test_it_answers_as_the_blocking_one_does(client: AsyncInstance, instance: Instance) -> None:
    async def main() -> list[SonoranResponse[Any]]:
        return [await client.cms.getCommunityV2(), await client.cms.getAccountV2(UNKNOWN)]

    succeeded, refused = asyncio.run(main())
    blocking = instance.cms.getCommunityV2()
    assert (succeeded.data, succeeded.status, succeeded.attempts) == (blocking.data, 200, 1)
    assert refused.reason == instance.cms.getAccountV2(UNKNOWN).reason
    failed(refused, "notFound")


def test_failures_are_raised_where_that_is_wanted(emulator: Emulator) -> None:
    async def main() -> None:
        async with emulator.async_instance(throwErrors=True) as throwing:
            await throwing.cms.getAccountV2(UNKNOWN)

    with pytest.raises(NotFoundError):
        asyncio.run(main())


MISUSES: list[Callable[[Any], Any]] = [
    lambda instance: instance.cms.getAccountV2("x"),
    lambda instance: instance.cms.getAccountV2(object()),
    lambda instance: instance.cms.getCommunityV2(timeout=-1),
    lambda instance: instance.cms.getCommunityV2(retries="2"),
    lambda instance: instance.cms.setAccountNameV2(ZEROS, {"newName": object()}),
    lambda instance: instance.cms.setAccountNameV2(ZEROS),
    lambda instance: instance.cms.setAccountNameV2(ZEROS, []),
    lambda instance: instance.cms.getComAccount({"accId": "x"}, accId="y"),
    lambda instance: instance.cms.getAcountV2(ZEROS),
    lambda instance: instance.rateLimit("none"),
    lambda instance: instance.rateLimit(1),
    pickle.dumps,
]


@pytest.mark.parametrize("misuse", MISUSES, ids=range(len(MISUSES)))
def test_misuse_is_told_in_the_same_words(
    misuse: Callable[[Any], Any], client: AsyncInstance, instance: Instance, emulator: Emulator
) -> None:
    with pytest.raises(Exception) as expected:
        misuse(instance)

    async def main() -> None:
        result = misuse(client)
        if inspect.isawaitable(result):
            await result

    with pytest.raises(type(expected.value)) as caught:
        asyncio.run(main())
    words = str(caught.value).replace("AsyncInstance", "Instance").replace("AsyncCms", "Cms")
    assert words == str(expected.value)
    assert emulator.journal() == []


def test_arguments_are_looked_at_once_it_is_awaited(client: AsyncInstance) -> None:
    call = client.cms.getAccountV2("x")
    assert inspect.iscoroutine(call)
    with pytest.raises(ValueError, match="accountId must be a UUID"):
        asyncio.run(call)


def test_without_a_loop_it_says_so(client: AsyncInstance) -> None:
    call = client.cms.getCommunityV2()
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)


def closed_within(connection: socket.socket, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        while connection.recv(65536):
            pass
    except TimeoutError:
        return False
    return True


async def under_way(server: socket.socket) -> socket.socket:
    """The connection of a call that was just started."""
    connection, _ = await asyncio.to_thread(server.accept)
    connection.settimeout(30)
    assert await asyncio.to_thread(connection.recv, 65536)
    return connection


def test_cancelling_a_task_closes_its_connection(run: Run) -> None:
    async def main() -> None:
        with silent_server() as (address, server):
            client = AsyncInstance(apiKey="KEY", communityId="C", apiUrl=address)
            task = asyncio.create_task(client.cms.getCommunityV2())
            with await under_way(server) as connection:
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                # It is a matter of microseconds; the bound is for machines that do much else.
                assert await asyncio.to_thread(closed_within, connection, 10)

    run(main())


def test_a_scope_that_ends_closes_the_connection() -> None:
    async def main() -> None:
        with silent_server() as (address, server):
            client = AsyncInstance(apiKey="KEY", communityId="C", apiUrl=address)
            connections = []
            with anyio.CancelScope() as scope:

                async def end() -> None:
                    connections.append(await under_way(server))
                    scope.cancel()

                ending = asyncio.create_task(end())
                await client.cms.getCommunityV2()
            await ending
            assert scope.cancelled_caught
            with connections[0] as connection:
                assert await asyncio.to_thread(closed_within, connection, 10)

    anyio.run(main)


def test_a_cancelled_call_leaves_the_line(emulator: Emulator) -> None:
    client = emulator.async_instance(**one_slot())

    async def main() -> None:
        await client.cms.getServersV2()
        waiting = [asyncio.create_task(client.cms.getServersV2()) for _ in range(3)]
        while client.rateLimit("getServersV2").waiting < 3:
            await asyncio.sleep(0.01)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        while client.rateLimit("getServersV2").waiting:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(main(), 20))
    assert len(emulator.journal()) == 1


def test_a_cancelled_call_gives_its_task_no_answer_later(client: AsyncInstance, emulator: Emulator) -> None:
    async def main() -> None:
        for _ in range(200):
            task = asyncio.create_task(client.cms.getSubVersionV2())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await client.cms.getSubVersionV2()

    asyncio.run(main(), debug=True)


def test_loops_in_threads_share_an_instance(client: AsyncInstance, emulator: Emulator) -> None:
    together = threading.Barrier(6)

    async def main() -> int:
        together.wait()
        for _ in range(5):
            answers = await asyncio.gather(*(client.cms.getAccountV2(ZEROS) for _ in range(10)))
            assert all(answers)
        return threading.get_ident()

    with ThreadPoolExecutor(6) as pool:
        threads = list(pool.map(lambda _: asyncio.run(main()), range(6)))
    assert len(set(threads)) == 6
    assert len(emulator.journal()) == 300


def test_a_loop_that_is_closed_amid_calls_is_freed(emulator: Emulator) -> None:
    emulator.fault(delay=10_000, times="always")
    client = emulator.async_instance()
    loop = asyncio.new_event_loop()
    tasks = [loop.create_task(client.cms.getCommunityV2()) for _ in range(3)]
    loop.run_until_complete(asyncio.wait(tasks, timeout=0.3))
    # Nobody is to be told of tasks that were destroyed while they waited.
    loop.set_exception_handler(lambda *_: None)
    loop.close()
    kept = ref(loop)
    del tasks, loop
    gc.collect()
    assert kept() is None
    emulator.reset()
    assert asyncio.run(client.cms.getCommunityV2()).success


def test_closing_cancels_what_waits_and_refuses_the_rest(run: Run, emulator: Emulator) -> None:
    async def main() -> None:
        client = emulator.async_instance(**one_slot())
        await client.cms.getServersV2()
        tasks = [asyncio.create_task(client.cms.getServersV2()) for _ in range(2)]
        while client.rateLimit("getServersV2").waiting < 2:
            await asyncio.sleep(0.01)
        client.close()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="the instance is closed: make a new one"):
                await client.cms.getCommunityV2()
            await client.aclose()

    run(asyncio.wait_for(main(), 20))


def test_closing_drops_requests() -> None:
    async def main() -> None:
        with silent_server() as (address, server):
            client = AsyncInstance(apiKey="KEY", communityId="C", apiUrl=address)
            task = asyncio.create_task(client.cms.getCommunityV2())
            with await under_way(server) as connection:
                await client.aclose()
                assert await asyncio.to_thread(closed_within, connection, 10)
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(main())


def test_it_ends_with_its_block(emulator: Emulator) -> None:
    async def main() -> AsyncInstance:
        async with emulator.async_instance() as client:
            assert await client.cms.getCommunityV2()
        return client

    client = asyncio.run(main())
    with pytest.raises(RuntimeError, match="closed"):
        client.rateLimit("getCommunityV2")


def test_it_shows_no_key(client: AsyncInstance) -> None:
    assert repr(client) == "AsyncInstance(communityId='YOUR_COMMUNITY_ID', product=productEnums.CMS)"


def test_a_call_that_waits_says_so_in_the_log(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    client = emulator.async_instance(**one_slot(), rateWindow=3)

    async def main() -> None:
        await client.cms.getServersV2()
        with caplog.at_level(logging.INFO, "sonoran"):
            await client.cms.getServersV2()

    asyncio.run(main())
    (line,) = caplog.messages
    assert line.startswith("getServersV2 waits for its rate limit")


def test_other_tasks_run_meanwhile(client: AsyncInstance, emulator: Emulator) -> None:
    emulator.fault(delay=500)

    async def main() -> int:
        call = asyncio.create_task(client.cms.getCommunityV2())
        turns = 0
        while not call.done():
            await asyncio.sleep(0.01)
            turns += 1
        return turns

    assert asyncio.run(main()) > 2


def test_a_blocking_call_in_a_loop_warns_once(emulator: Emulator, instance: Instance) -> None:
    _warned.clear()

    async def main() -> None:
        with warned(RuntimeWarning, r"getClockInTypesV2 blocks .* AsyncInstance") as caught:
            for _ in range(3):
                instance.cms.getClockInTypesV2()
                # In another thread it holds up nothing.
                await asyncio.to_thread(instance.cms.getSubVersionV2)
        assert [warning.filename for warning in caught] == [__file__]

    asyncio.run(main())


def test_closing_ends_the_blocking_calls_of_other_threads(emulator: Emulator) -> None:
    instance = emulator.instance(**one_slot())
    instance.cms.getServersV2()
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(instance.cms.getServersV2) for _ in range(2)]
        while instance.rateLimit("getServersV2").waiting < 2:
            time.sleep(0.01)
        instance.close()
        for call in calls:
            with pytest.raises(concurrent.futures.CancelledError):
                call.result(15)
    with pytest.raises(RuntimeError, match="the instance is closed: make a new one"):
        instance.cms.getCommunityV2()


def test_closing_drops_the_requests_of_other_threads() -> None:
    with silent_server() as (address, server), ThreadPoolExecutor(1) as pool:
        instance = Instance(apiKey="KEY", communityId="C", apiUrl=address)
        call = pool.submit(instance.cms.getCommunityV2)
        connection, _ = server.accept()
        with connection:
            instance.close()
            assert closed_within(connection, 10)
        with pytest.raises(concurrent.futures.CancelledError):
            call.result(15)


def test_both_kinds_share_the_rate_limit(emulator: Emulator) -> None:
    options = {**one_slot(), "rateLimit": "error"}
    instance, client = emulator.instance(**options), emulator.async_instance(**options)
    instance.cms.getServersV2()
    failed(asyncio.run(client.cms.getServersV2()), "rateLimited")
