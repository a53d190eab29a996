"""Lists that come in pages, walked item by item."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from threading import Lock
from typing import Any, Generic, TypeVar, cast

from ._execute import one_payload
from ._native import fields
from .errors import error_for
from .response import Failure, SonoranResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Future

    from .response import Succeeded

_ItemT = TypeVar("_ItemT")
_PageT = TypeVar("_PageT")

# What stands where nothing is left.
_END = object()


class Paged:
    """How a list comes in pages."""

    __slots__ = ("items", "largest", "size", "total")

    def __init__(self, items: str | None, total: str | None, size: str, largest: int) -> None:
        self.items: str | None = items
        """The member of the data that holds the items; None where the data is the list itself."""
        self.total: str | None = total
        """The member of the data that says how many there are in all, where one does."""
        self.size: str = size
        """The field that says how many a page may hold."""
        self.largest: int = largest
        """What stands in it where nobody says."""


class _Course(Generic[_ItemT]):
    """Where a walk is."""

    def __init__(self, operation: str, paged: Paged, query: Mapping[str, Any]) -> None:
        self._operation = operation
        self._paged = paged
        # As in a call.
        given = {name: value for name, value in query.items() if value is not None and value != ""}
        self._fields = {paged.size: paged.largest, **given}
        self._start = _whole(self._fields.get("skip"))
        self._waiting: deque[_ItemT] = deque()
        self._before: object = None
        self._ended = False
        self._position = self._start
        self._total: int | None = None

    @property
    def position(self) -> int:
        """How many items lie behind, counted from the start of the list: a `skip` to go on from."""
        return self._position

    @property
    def total(self) -> int | None:
        """How many items the whole list has, once a page has told; None where the service does not."""
        return self._total

    def _query(self) -> dict[str, Any]:
        return {**self._fields, "skip": self._position}

    def _took(self, response: SonoranResponse[Any]) -> None:
        """Takes note of a page.

        The walk goes on from where its items ended, whatever was asked for: the service gives fewer without a
        word. It ends with the total, with an empty page, and with one that came before, so that it does end.
        """
        if not response.success:
            raise error_for(response)
        items, total = self._read(response.data)
        if total is None:
            total = self._total
        # A list that is null is empty, where nothing says that there is more.
        if items is None and (total is None or self._position >= total):
            items = []
        if not isinstance(items, list):
            raise self._refused(response, "holds no list where its items belong")
        if items and items == self._before:
            raise self._refused(response, "is the same page again: it takes no `skip`")
        self._before = items
        self._total = total
        self._waiting.extend(items)
        behind = self._position + len(items)
        self._ended = not items or (self._total is not None and behind >= self._total)

    def _read(self, data: Any) -> tuple[Any, int | None]:
        """What stands for the items of a page, and how many there are on all pages."""
        items, total = data, None
        if self._paged.items is not None and isinstance(data, Mapping):
            items = data.get(self._paged.items, data)
            total = data.get(self._paged.total)
        return items, (total if type(total) is int and total >= 0 else None)

    def _refused(self, response: SonoranResponse[Any], problem: str) -> Exception:
        failure = Failure(
            "invalidResponse",
            attempts=response.attempts,
            operation=self._operation,
            requestId=response.requestId,
        )
        reason = f"The service's answer {problem}."
        return error_for(SonoranResponse(False, None, reason, response.status, None, failure))

    def _next(self) -> _ItemT:
        self._position += 1
        return self._waiting.popleft()

    def _put_back(self, items: list[_ItemT]) -> None:
        """Undoes what was taken for somebody who gets none of it."""
        self._position -= len(items)
        self._waiting.extendleft(reversed(items))

    def __bool__(self) -> bool:
        # Without the request that a length would take.
        return True

    def _forget_fetched(self) -> None:
        """Makes the next page start here: what was fetched beyond is asked for again."""
        if self._waiting:
            self._waiting.clear()
            self._before = None
            self._ended = False

    def _whole_page(self) -> None:
        self._position += len(self._waiting)
        self._waiting.clear()

    def __reduce__(self) -> str:
        raise TypeError("a walk cannot be pickled: keep its position, and begin another with it as skip")

    def __repr__(self) -> str:
        where = f"position={self._position}, total={self._total}"
        return f"{type(self).__name__}({self._operation}, {where})"


class Walk(_Course[_ItemT], Generic[_ItemT, _PageT]):
    """A list that comes in pages, one item after the other.

    The next page is asked for when the one before is used up. Rate limits, retries and the call's bounds hold
    for each page.

        for account in instance.walk.getAccountsV2({"banned": False}):
            print(account["accName"])

    A page that fails is raised as its SonoranError. The walk then stands where it was: to iterate over it
    once more goes on from there, and so it does after a `break`. What is added or removed while somebody
    walks may shift the pages: the service counts anew for each of them.

    `len` asks for the first page, and raises TypeError where the service does not tell how many there are.
    """

    def __init__(
        self,
        operation: str,
        paged: Paged,
        query: Mapping[str, Any],
        call: Callable[[object], SonoranResponse[_PageT]],
    ) -> None:
        super().__init__(operation, paged, query)
        self._call = call
        # Threads that share a walk share its items; one of them asks for the next page.
        self._lock = Lock()

    def __iter__(self) -> Iterator[_ItemT]:
        # One that can be asked again after an error, as a generator can't.
        return iter(self._take, _END)

    def _take(self) -> Any:
        with self._lock:
            self._fetch()
            return self._next() if self._waiting else _END

    def _fetch(self) -> None:
        while not self._waiting and not self._ended:
            self._took(self._call(self._query()))

    def __len__(self) -> int:
        with self._lock:
            self._fetch()
        if self._total is None:
            raise TypeError(f"the service does not tell how many items {self._operation} has")
        return max(self._total - self._start, 0)

    def list(self) -> list[_ItemT]:
        """All items that are left. Where a page fails none is lost: the next time gives all of them."""
        items: list[_ItemT] = []
        try:
            for item in self:
                # What it has when a page fails is put back.
                items.append(item)
        except BaseException:
            self._put_back(items)
            raise
        return items

    def pages(self) -> Iterator[Succeeded[_PageT]]:
        """The whole responses that are left, each with one page."""
        return iter(self._page, _END)

    def _page(self) -> Any:
        with self._lock:
            self._forget_fetched()
            if self._ended:
                return _END
            response = self._call(self._query())
            # A failed one is raised.
            self._took(response)
            self._whole_page()
            return response


class AsyncWalk(_Course[_ItemT], Generic[_ItemT, _PageT]):
    """A list that comes in pages, one item after the other, as `Walk` is.

    async for account in instance.walk.getAccountsV2({"banned": False}):
        print(account["accName"])
    """

    def __init__(
        self,
        operation: str,
        paged: Paged,
        query: Mapping[str, Any],
        call: Callable[[object], Awaitable[SonoranResponse[_PageT]]],
    ) -> None:
        super().__init__(operation, paged, query)
        self._call = call
        self._asking: Future[None] | None = None

    def __aiter__(self) -> AsyncIterator[_ItemT]:
        return _Awaited(self._take)

    async def _take(self) -> Any:
        await self._fetch()
        return self._next() if self._waiting else _END

    async def _fetch(self) -> None:
        # Not before somebody needs it: a blocking walk does without.
        from asyncio import get_running_loop, wait

        while not self._waiting and not self._ended:
            if self._asking is not None:
                # Tasks that share a walk share its items; another one asks for the next page.
                await wait([self._asking])
                continue
            self._asking = get_running_loop().create_future()
            try:
                self._took(await self._call(self._query()))
            finally:
                self._asking.set_result(None)
                self._asking = None

    async def list(self) -> list[_ItemT]:
        """All items that are left. Where a page fails none is lost: the next time gives all of them."""
        items: list[_ItemT] = []
        try:
            async for item in self:
                items.append(item)
        except BaseException:
            self._put_back(items)
            raise
        return items

    def pages(self) -> AsyncIterator[Succeeded[_PageT]]:
        """The whole responses that are left, each with one page."""
        return _Awaited(self._page)

    async def _page(self) -> Any:
        self._forget_fetched()
        if self._ended:
            return _END
        response = await self._call(self._query())
        self._took(response)
        self._whole_page()
        return response


class _Awaited(AsyncIterator[_ItemT]):
    """What `iter` makes of a function and what it gives at the end, to be awaited."""

    __slots__ = ("_take",)

    def __init__(self, take: Callable[[], Awaitable[Any]]) -> None:
        self._take = take

    async def __anext__(self) -> _ItemT:
        item = await self._take()
        if item is _END:
            raise StopAsyncIteration
        return cast("_ItemT", item)


class Starter:
    """Begins the walks of one instance: what stands in for its `execute`."""

    __slots__ = ("_execute", "_kind", "_lists")

    def __init__(
        self,
        kind: Callable[[str, Paged, Mapping[str, Any], Callable[[object], Any]], Any],
        lists: Mapping[str, Paged],
        execute: Callable[..., Any],
    ) -> None:
        self._kind = kind
        self._lists = lists
        self._execute = execute

    def start(
        self,
        operation: str,
        arguments: tuple[Any, ...],
        timeout: Any,
        deadline: Any,
        retries: Any,
        maxWait: Any,
        rateLimit: Any,
        name: str,
        query: Any,
        by_name: Mapping[str, object] | None = None,
    ) -> Any:
        """A walk, by the arguments of `execute`."""
        query = fields(operation, one_payload(name, query, by_name))

        def page(query: object) -> Any:
            bounds = (timeout, deadline, retries, maxWait, rateLimit)
            return self._execute(operation, arguments, *bounds, name, query)

        return self._kind(operation, self._lists[operation], query, page)


def _whole(skip: object) -> int:
    if skip is None:
        return 0
    if isinstance(skip, bool) or not isinstance(skip, (int, str)):
        raise TypeError(f"skip must be a whole number, not {type(skip).__name__}")
    if isinstance(skip, str) and not (skip.isascii() and skip.isdigit()):
        raise ValueError(f"skip must be a whole number, not {skip!r}")
    if int(skip) < 0:
        raise ValueError(f"skip must be at least 0, not {skip}")
    return int(skip)
