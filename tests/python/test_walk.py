"""Lists that come in pages, and many calls at a time, blocking and awaited."""

from __future__ import annotations

import asyncio
import gc
import pickle
import signal
import threading
import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy
import pydantic
import pytest

import sonoran
from sonoran import AsyncInstance, Instance, NotFoundError, SonoranError, UnavailableError
from sonoran.testing import World
from support import UNKNOWN, ZEROS, warned

MEMBERS = 230


@pytest.fixture
def members(sonoran_world: World) -> World:
    sonoran_world.generate(MEMBERS - sonoran_world.instance().cms.getAccountsV2().unwrap()["total"], seed=3)
    sonoran_world.clear_journal()
    return sonoran_world


def made(world: World, **options: Any) -> AsyncInstance:
    given: Any = {"apiKey": world.key, "communityId": world.communityId, "apiUrl": world.url, **options}
    return AsyncInstance(given)


def asked(world: World) -> list[tuple[str | None, dict[str, str]]]:
    return [(request["name"], request["query"]) for request in world.journal()]


def test_a_walk_gives_every_item_once(members: World) -> None:
    walk = members.instance().walk.getAccountsV2({"skip": 0})
    assert (walk.position, walk.total) == (0, None)
    found = [account["accId"] for account in walk]
    assert len(found) == len(set(found)) == MEMBERS
    assert (walk.position, walk.total) == (MEMBERS, MEMBERS)
    starts = [query["skip"] for _, query in asked(members)]
    assert starts == ["0", "100", "200"]
    assert {query["take"] for _, query in asked(members)} == {"100"}
    # It is over.
    assert list(walk) == []
    assert len(asked(members)) == 3


def test_it_goes_on_after_a_break_and_from_a_position(members: World) -> None:
    instance = members.instance()
    walk = instance.walk.getAccountsV2({"take": 40})
    before = []
    for account in walk:
        before.append(account["accId"])
        if walk.position == 57:
            break
    rest = [account["accId"] for account in walk]
    assert len({*before, *rest}) == MEMBERS
    again = [account["accId"] for account in instance.walk.getAccountsV2({"skip": 57})]
    assert again == rest


def test_a_length_for_whoever_shows_progress(members: World) -> None:
    instance = members.instance()
    walk = instance.walk.getAccountsV2({"skip": 30})
    assert len(walk) == MEMBERS - 30
    assert len(asked(members)) == 1
    assert len(walk.list()) == MEMBERS - 30
    with pytest.raises(TypeError, match="does not tell how many items getFormSubmissions has"):
        len(instance.walk.getFormSubmissions(1))
    assert instance.walk.getFormSubmissions(1).list()
    assert list(instance.walk.getFormSubmissions(1)) == instance.walk.getFormSubmissions(1).list()


def test_pages_begin_where_the_items_ended(members: World) -> None:
    walk = members.instance().walk.getAccountsV2()
    # The length has fetched a page already, which is no reason to leave it out.
    assert len(walk) == MEMBERS
    assert [len(response.unwrap()["items"]) for response in walk.pages()] == [100, 100, 30]

    walk = members.instance().walk.getAccountsV2()
    for _ in walk:
        if walk.position == 210:
            break
    assert [len(response.unwrap()["items"]) for response in walk.pages()] == [20]

    async def main() -> None:
        awaited = made(members).walk.getAccountsV2()
        async for _ in awaited:
            if awaited.position == 210:
                break
        assert [len(response.unwrap()["items"]) async for response in awaited.pages()] == [20]

    asyncio.run(main())


def test_a_list_loses_nothing_where_a_page_fails(members: World) -> None:
    members.fault({"type": "respond", "status": 503}, operation="getAccountsV2", nth=[2, 5])
    walk = members.instance(retries=0).walk.getAccountsV2()
    with pytest.raises(UnavailableError):
        walk.list()
    assert walk.position == 0
    assert len({account["accId"] for account in walk.list()}) == MEMBERS

    async def main() -> None:
        awaited = made(members, retries=0).walk.getAccountsV2()
        with pytest.raises(UnavailableError):
            await awaited.list()
        assert len({account["accId"] for account in await awaited.list()}) == MEMBERS

    asyncio.run(main())


def test_threads_and_tasks_share_a_walk(members: World) -> None:
    walk = members.instance().walk.getAccountsV2({"take": 10})
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.extend(account["accId"] for account in walk)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(set(found)) == MEMBERS

    async def main() -> None:
        awaited = made(members, rateLimit="off").walk.getAccountsV2({"take": 10})

        async def some() -> list[str]:
            return [account["accId"] async for account in awaited]

        shares = await asyncio.gather(*(some() for _ in range(4)))
        together = [accId for share in shares for accId in share]
        assert len(together) == len(set(together)) == MEMBERS

    asyncio.run(main())


def test_a_walk_is_true_without_a_request(sonoran_world: World) -> None:
    assert sonoran_world.instance().walk.getAccountsV2()
    assert sonoran_world.journal() == []


def test_pages(members: World) -> None:
    walk = members.instance().walk.getAccountsV2({"take": 90})
    pages = [response.unwrap() for response in walk.pages()]
    assert [len(page["items"]) for page in pages] == [90, 90, 50]
    assert walk.position == MEMBERS


def test_a_page_that_fails_is_raised_and_the_walk_goes_on(members: World) -> None:
    members.fault({"type": "respond", "status": 503}, operation="getAccountsV2", nth=2)
    walk = members.instance(retries=0).walk.getAccountsV2(timeout=20)
    found = []
    with pytest.raises(UnavailableError):
        for account in walk:
            found.append(account["accId"])
    assert walk.position == len(found) == 100
    found += [account["accId"] for account in walk]
    assert len(set(found)) == MEMBERS


@pytest.mark.parametrize(
    ("walk", "count"),
    [
        (lambda walk: walk.getAccountsV2(), None),
        (lambda walk: walk.getAccounts(sysStatus=True), None),
        (lambda walk: walk.getFormSubmissionsV2(1, {"take": 1}), None),
        (lambda walk: walk.getFormSubmissions(1, take=1), None),
        (lambda walk: walk.getRosterV2(1), None),
        (lambda walk: walk.getRosterContents(1, {"limit": "1"}), None),
    ],
    ids=["accounts", "accounts-v1", "forms", "forms-v1", "roster", "roster-v1"],
)
def test_every_list(sonoran_world: World, walk: Callable[[Any], Any], count: object) -> None:
    found = walk(sonoran_world.instance().walk).list()
    assert found
    assert all(isinstance(item, dict) for item in found)

    async def main() -> list[Any]:
        items: list[Any] = await walk(made(sonoran_world).walk).list()
        return items

    assert asyncio.run(main()) == found


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"items": [{"accId": "1"}], "total": 9}, "same page again"),
        ({"items": "none", "total": 9}, "no list where its items belong"),
        ({"items": None, "total": 9}, "no list where its items belong"),
    ],
)
def test_it_ends_whatever_the_service_answers(sonoran_world: World, body: Any, says: str) -> None:
    answer = {"success": True, "data": body, "meta": {}}
    sonoran_world.fault({"type": "respond", "status": 200, "body": answer}, times="always")
    with pytest.raises(SonoranError, match=says):
        sonoran_world.instance().walk.getAccountsV2().list()
    answer = {"success": True, "data": {"items": [], "total": 9}, "meta": {}}
    sonoran_world.clear_faults()
    sonoran_world.fault({"type": "respond", "status": 200, "body": answer}, times="always")
    assert sonoran_world.instance().walk.getAccountsV2().list() == []


@pytest.mark.parametrize("body", [None, {"items": None}])
def test_no_list_is_the_end_where_nothing_says_that_there_is_more(sonoran_world: World, body: Any) -> None:
    answer = {"success": True, "data": body, "meta": {}}
    sonoran_world.fault({"type": "respond", "status": 200, "body": answer}, times=1)
    assert sonoran_world.instance().walk.getAccountsV2().list() == []
    walk = sonoran_world.instance().walk.getAccountsV2({"take": 1})
    first = next(iter(walk))
    sonoran_world.fault({"type": "respond", "status": 200, "body": answer}, times=1)
    with pytest.raises(SonoranError, match="no list where its items belong"):
        walk.list()
    assert walk.position == 1
    assert first not in walk.list()


@dataclass
class Query:
    skip: Any
    take: int | None = None
    banned: bool | None = None


class Model(pydantic.BaseModel):  # type: ignore[misc]
    first: int = pydantic.Field(alias="skip")


@pytest.mark.parametrize(
    "query", [Query(numpy.int64(229)), Model(skip=229), MappingProxyType({"skip": "229"})], ids=repr
)
def test_a_query_is_whatever_a_call_takes(query: Any, members: World) -> None:
    walk = members.instance().walk.getAccountsV2(query)
    assert (walk.position, len(walk.list())) == (229, 1)
    assert asked(members) == [("getAccountsV2", {"skip": "229", "take": "100"})]


def test_misuse_of_a_walk(sonoran_world: World) -> None:
    walk: Any = sonoran_world.instance().walk
    with pytest.raises(TypeError, match="query must be a mapping"):
        walk.getAccountsV2(5)
    with pytest.raises(TypeError, match=r"^query.skip is of type set"):
        walk.getAccountsV2({"skip": {1}})
    with pytest.raises(TypeError, match="skip must be a whole number"):
        walk.getAccountsV2(Query(1.5))
    with pytest.raises(ValueError, match="skip must be at least 0"):
        walk.getAccountsV2({"skip": -1})
    with pytest.raises(SonoranError, match="take"):
        walk.getAccountsV2({"take": 0}).list()
    with pytest.raises(AttributeError):
        walk.getAccountV2(ZEROS)
    with pytest.raises(NotFoundError):
        walk.getRosterV2(99).list()


def test_an_iterator_can_be_asked_again_after_an_error(members: World) -> None:
    members.fault({"type": "respond", "status": 503}, operation="getAccountsV2", nth=[1, 3, 5, 7])
    walk = members.instance(retries=0).walk.getAccountsV2()
    items = iter(walk)
    with pytest.raises(UnavailableError):
        next(items)
    assert next(items)["accId"]
    pages = walk.pages()
    with pytest.raises(UnavailableError):
        next(pages)
    assert len(next(pages).unwrap()["items"]) == 100

    async def main() -> None:
        walk = made(members, retries=0).walk.getAccountsV2()
        items = walk.__aiter__()
        with pytest.raises(UnavailableError):
            await items.__anext__()
        assert (await items.__anext__())["accId"]
        pages = walk.pages()
        with pytest.raises(UnavailableError):
            await pages.__anext__()
        assert len((await pages.__anext__()).unwrap()["items"]) == 100

    asyncio.run(main())


def test_what_a_walk_says(sonoran_world: World) -> None:
    walk: Any = sonoran_world.instance().walk
    with pytest.raises(AttributeError, match=r"^instance.walk has no list getAcountsV2: did you mean getAcc"):
        walk.getAcountsV2()
    everybody = walk.getAccountsV2().list()
    assert walk.getAccountsV2({"skip": "", "take": ""}).list() == everybody
    for unpicklable in (walk.getAccountsV2(), made(sonoran_world).walk.getAccountsV2()):
        with pytest.raises(TypeError, match=r"^a walk cannot be pickled: keep its position"):
            pickle.dumps(unpicklable)
    assert '"banned" (bool)' in walk.getAccountsV2.__doc__
    assert '"banned" (bool)' in walk.getAccounts.__doc__


def test_it_is_walked_in_a_loop_too(members: World) -> None:
    async def main() -> None:
        walk = made(members).walk.getAccountsV2({"take": 100})
        found = []
        async for account in walk:
            found.append(account["accId"])
            if walk.position == 150:
                break
        async for account in walk:
            found.append(account["accId"])
        assert len(set(found)) == MEMBERS
        pages = [response.unwrap() async for response in made(members).walk.getAccountsV2().pages()]
        assert sum(len(page["items"]) for page in pages) == MEMBERS

    asyncio.run(main())


# Many calls.


def ranks(count: int) -> list[tuple[str, dict[str, Any]]]:
    return [(ZEROS, {"accId": ZEROS, "add": ["rank-1"]}) for _ in range(count)]


def test_many_calls(sonoran_world: World) -> None:
    instance = sonoran_world.instance(rateLimit="off")
    told: list[sonoran.Progress] = []
    results = list(instance.map(instance.cms.setAccountRanksV2, ranks(30), progress=told.append))
    assert sorted(result.index for result in results) == list(range(30))
    assert all(result.response.success and result.arguments[0] == ZEROS for result in results)
    assert [progress.done for progress in told] == list(range(1, 31))
    assert {progress.total for progress in told} == {30}
    # A single argument needs no tuple, and a failure is no exception.
    mixed = instance.map("getAccountV2", iter([ZEROS, UNKNOWN]))
    outcomes = {result.arguments: result.response.status for result in mixed}
    assert outcomes == {(ZEROS,): 200, (UNKNOWN,): 404}


def test_no_more_at_a_time_than_wanted(sonoran_world: World) -> None:
    sonoran_world.fault(delay=3600, times="always")
    instance = sonoran_world.instance(rateLimit="off")
    results = instance.map("getAccountV2", [ZEROS] * 20, concurrency=3)
    raised: list[BaseException] = []

    def take() -> None:
        try:
            next(results)
        except CancelledError as error:
            raised.append(error)

    thread = threading.Thread(target=take)
    thread.start()
    while len(sonoran_world.journal(outcome="pending")) < 3:
        time.sleep(0.005)
    instance.close()
    thread.join()
    assert [str(error) for error in raised] == ["the instance was closed"]
    assert len(sonoran_world.journal()) == 3


def test_leaving_ends_what_is_under_way(sonoran_world: World) -> None:
    sonoran_world.fault(delay=3600, nth=[2, 3, 4])
    instance = sonoran_world.instance(rateLimit="off")
    for _ in instance.map("getAccountV2", [ZEROS] * 20, concurrency=4):
        while len(sonoran_world.journal(outcome="pending")) < 3:
            time.sleep(0.005)
        break
    while len(sonoran_world.journal(outcome="aborted")) < 3:
        time.sleep(0.005)
    assert len(sonoran_world.journal()) == 4


def test_what_the_rate_limit_makes_of_it(sonoran_world: World) -> None:
    instance = sonoran_world.instance(ceilings={"getAccountV2": 4}, maxWait=0)
    told: list[sonoran.Progress] = []
    results = list(instance.map("getAccountV2", [ZEROS] * 10, progress=told.append, concurrency=1))
    assert [result.response.success for result in results] == [True] * 4 + [False] * 6
    # Of ten, six are beyond the four of this minute: four after it, two after one more.
    assert told[0].free == 3 and told[0].secondsLeft is not None
    assert 60 < told[0].secondsLeft <= 120
    assert told[-1].secondsLeft == 0


def test_a_wrong_call_loses_no_result_of_others(sonoran_world: World) -> None:
    instance = sonoran_world.instance()
    given = []
    with pytest.raises(ValueError, match="accountId must be a UUID"):
        for result in instance.map("getAccountV2", [ZEROS, ZEROS, "nobody", *[ZEROS] * 50], concurrency=3):
            given.append(result.index)
    assert {0, 1} <= set(given) and len(given) < 53
    assert len(sonoran_world.journal()) == len(given)

    def calls() -> Iterator[str]:
        yield ZEROS
        raise OSError("no more")

    results = instance.map("getAccountV2", calls())
    assert next(results).response.success
    with pytest.raises(OSError, match="no more"):
        next(results)

    async def main() -> None:
        sonoran_world.clear_journal()
        given = []
        with pytest.raises(ValueError, match="accountId must be a UUID"):
            async for result in made(sonoran_world).map("getAccountV2", [ZEROS, "nobody", ZEROS]):
                given.append(result.index)
        assert 0 in given and len(sonoran_world.journal()) == len(given)

    asyncio.run(main())


def test_misuse_of_map(sonoran_world: World) -> None:
    instance: Any = sonoran_world.instance()
    with pytest.raises(AttributeError, match="did you mean getAccountV2"):
        instance.map("getAcountV2", [])
    with pytest.raises(TypeError, match=r"method must be a method of instance\.cms"):
        instance.map(5, [])
    for calls in ("text", 5, {"a": 1}):
        with pytest.raises(TypeError, match="calls must be a list or another iterable"):
            instance.map("getAccountV2", calls)
    with pytest.raises(ValueError, match="concurrency must be a whole number of at least 1"):
        instance.map("getAccountV2", [], concurrency=0)
    with pytest.raises(TypeError, match="progress must be a function"):
        instance.map("getAccountV2", [], progress=True)
    for foreign in (sonoran_world.instance().cms.getAccountV2, instance.walk.getAccountsV2):
        with pytest.raises(TypeError, match="method must be of the instance that maps"):
            instance.map(foreign, [])

    async def progress(_: object) -> None: ...

    with pytest.raises(TypeError, match="progress must be a function that is called, not one to be awaited"):
        instance.map("getAccountV2", [], progress=progress)
    with pytest.raises(TypeError, match="timeuot"):
        list(instance.map("getAccountV2", [ZEROS], timeuot=1))
    with pytest.raises(ValueError, match="accountId must be a UUID"):
        list(instance.map("getAccountV2", ["nobody"]))


class Row(NamedTuple):
    account: str
    changes: dict[str, Any]


class Taken(NamedTuple):
    take: int


def test_rows_of_calls(sonoran_world: World) -> None:
    instance: Any = sonoran_world.instance(rateLimit="off")
    rows = [Row(*each) for each in ranks(2)]
    results = list(instance.map("setAccountRanksV2", rows))
    assert [result.arguments for result in results] == ranks(2)
    assert all(result.response.success for result in results)
    # Where one argument is enough, it is a payload as in a call.
    assert [result.response.success for result in instance.map("getAccountsV2", [Taken(5)])] == [True]
    for method, row in (("setAccountRanksV2", list(rows[0])), ("getAccountV2", Row(ZEROS, {}))):
        says = f"^call 0: one argument, a {type(row).__name__}; several go in a plain tuple: "
        with pytest.raises(TypeError, match=says):
            list(instance.map(method, [row]))

        async def awaited(method: Any = method, row: Any = row) -> None:
            _ = [result async for result in made(sonoran_world).map(method, [row])]

        with pytest.raises(TypeError, match=says):
            asyncio.run(awaited())


def test_a_wrong_call_is_told_by_its_place(sonoran_world: World) -> None:
    calls = [*[ZEROS] * 10, "nobody"]
    with pytest.raises(ValueError, match=r"^call 10: accountId must be a UUID"):
        list(sonoran_world.instance(rateLimit="off").map("getAccountV2", calls))

    async def main() -> None:
        _ = [each async for each in made(sonoran_world, rateLimit="off").map("getAccountV2", calls)]

    with pytest.raises(ValueError, match=r"^call 10: accountId must be a UUID"):
        asyncio.run(main())


def test_what_map_refuses_when_it_is_made(sonoran_world: World) -> None:
    for instance in (sonoran_world.instance(), made(sonoran_world)):
        mapped: Any = instance.map
        with pytest.raises(TypeError, match=r"^map takes no argument concurency: did you mean concurrency"):
            mapped("getAccountV2", [], concurency=4)
        with pytest.raises(ValueError, match=r"^timeout must be a time from 0 to seven days"):
            mapped("getAccountV2", [], timeout=-1)
        with pytest.raises(TypeError, match=r"^retries must be a whole number, not text"):
            mapped("getAccountV2", [], retries="2", timeout=5)
        with pytest.raises(TypeError, match=r"^method must be a method of instance\.cms, such as"):
            mapped(instance.rateLimit, [])
        with pytest.raises(TypeError, match="the bounds of its calls go to map"):
            mapped(partial(instance.cms.getAccountV2, timeout=3), [])


def test_a_map_that_is_never_begun(sonoran_world: World) -> None:
    instance, awaited = sonoran_world.instance(), made(sonoran_world)
    for each in (instance, awaited):
        with warned(RuntimeWarning, "the map of getAccountV2 was never begun") as told:
            each.map("getAccountV2", [ZEROS])
            gc.collect()
        assert [Path(warning.filename).name for warning in told] == [Path(__file__).name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        closed = instance.map("getAccountV2", [ZEROS])
        closed.close()
        assert list(closed) == []
        with pytest.raises(TypeError, match=r"^a map cannot be pickled: "):
            pickle.dumps(closed)
        asyncio.run(awaited.map("getAccountV2", [ZEROS]).aclose())
    assert sonoran_world.journal() == []


def test_what_blocks_a_loop_warns_where_it_stands(sonoran_world: World) -> None:
    instance = sonoran_world.instance()

    async def main() -> None:
        instance.cms.getPromotionFlowsV2()
        list(instance.map(instance.cms.getCustomLogTypesV2, [()]))
        list(instance.walk.getRosterContents(1))

    with warned(RuntimeWarning, "blocks the event loop") as told:
        asyncio.run(main())
    first = main.__code__.co_firstlineno
    assert [(Path(each.filename).name, each.lineno - first) for each in told] == [
        (Path(__file__).name, line) for line in (1, 2, 3)
    ]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarm")
def test_ctrl_c_ends_many_calls(sonoran_world: World) -> None:
    sonoran_world.fault(delay=3600, times="always")
    instance = sonoran_world.instance(rateLimit="off")

    def press() -> None:
        while len(sonoran_world.journal(outcome="pending")) < 2:
            time.sleep(0.005)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        list(instance.map("getAccountV2", [ZEROS] * 9, concurrency=2))
    thread.join()
    while len(sonoran_world.journal(outcome="aborted")) < 2:
        time.sleep(0.005)


def test_many_calls_in_a_loop(members: World) -> None:
    async def main() -> None:
        instance = made(members, rateLimit="off", throwErrors=True)
        told: list[sonoran.Progress] = []
        accounts = [account["accId"] async for account in instance.walk.getAccountsV2({"skip": 200})]

        async def ids() -> AsyncIterator[str]:
            for account in [*accounts, UNKNOWN]:
                yield account

        results = instance.map(instance.cms.getAccountV2, ids(), progress=told.append)
        outcomes = {result.arguments[0]: result.response.status async for result in results}
        assert outcomes == {**dict.fromkeys(accounts, 200), UNKNOWN: 404}
        assert {progress.total for progress in told} == {None}
        assert told[-1].secondsLeft is None

        members.fault(delay=3600, nth=[2, 3, 4])
        members.clear_journal()
        async for _ in instance.map("getAccountV2", [ZEROS] * 20, concurrency=4):
            while len(members.journal(outcome="pending")) < 3:
                await asyncio.sleep(0.005)
            break
        while len(members.journal(outcome="aborted")) < 3:
            await asyncio.sleep(0.005)

    asyncio.run(main())


def names(items: Iterator[Any]) -> list[str]:
    return [item["accName"] for item in items]


def test_a_walk_feeds_a_map(members: World) -> None:
    with Instance(apiKey=members.key, communityId=members.communityId, apiUrl=members.url) as instance:
        ids = (account["accId"] for account in instance.walk.getAccountsV2({"skip": 220}))
        results = list(instance.map("getAccountV2", ids))
    assert len(results) == 10
    assert names(iter(result.response.unwrap() for result in results))
