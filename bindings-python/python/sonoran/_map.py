"""Many calls, a few at a time, with their responses as they come."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from typing import TYPE_CHECKING, Any, Generic, Union

from ._cms import Cms
from ._meant import meant
from ._native import Client
from ._options import in_milliseconds, refuse_awaited, refuse_coroutine
from ._record import Record
from ._replaced import refuse

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    from .limit import RateLimitState
    from .response import Failed, Succeeded

    # What the method returns.
    _ResponseT_co = TypeVar("_ResponseT_co", covariant=True, default=Union[Succeeded[Any], Failed])
else:
    from typing import TypeVar

    _ResponseT_co = TypeVar("_ResponseT_co", covariant=True)

_BOUNDS = ("timeout", "deadline", "retries", "maxWait", "rateLimit")


def _taken(*call: Any) -> Any:
    return call


# Its methods make no calls: they give what a call would be made of.
_taking = Cms(_taken)


class MapResult(Record, Generic[_ResponseT_co]):
    """What came of one of many calls.

    index: which of them it was, from 0.
    arguments: what it was called with.
    response: what it returned.
    """

    __slots__ = ("arguments", "index", "response")
    _fields = ("index", "arguments", "response")

    index: int
    arguments: tuple[Any, ...]
    response: _ResponseT_co

    def __init__(self, index: int, arguments: tuple[Any, ...], response: _ResponseT_co) -> None:
        self.index = index
        self.arguments = arguments
        self.response = response


class Progress(Record):
    """How far many calls have come.

    done: how many responses have come.
    total: how many calls there are; None where that is not known before.
    free: how many requests could be sent now.
    secondsLeft: how long the rate limit makes the rest take, about; None where the total is not known.
    """

    __slots__ = ("done", "free", "secondsLeft", "total")
    _fields = ("done", "total", "free", "secondsLeft")

    done: int
    total: int | None
    free: int
    secondsLeft: float | None

    def __init__(self, done: int, total: int | None, free: int, secondsLeft: float | None) -> None:
        self.done = done
        self.total = total
        self.free = free
        self.secondsLeft = secondsLeft


class Many:
    """The results of one map, begun when the first is asked for."""

    _how = "iterate over it, or give it to list()"

    def __init__(self, results: Any, operation: str) -> None:
        self._results = results
        self._operation = operation
        self._begun = False

    def __del__(self) -> None:
        if not self._begun:
            message = f"the map of {self._operation} was never begun, so that nothing was sent: {self._how}"
            warnings.warn(message, RuntimeWarning, stacklevel=2)

    def __reduce__(self) -> str:
        raise TypeError("a map cannot be pickled: its calls belong to this process; pickle its results")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._operation}>"


class Plan:
    """What is called, with what, how often at a time, and who is told of it."""

    def __init__(
        self,
        cms: object,
        method: object,
        calls: object,
        concurrency: object,
        progress: object,
        bounds: Mapping[str, Any],
        state: Callable[[str], RateLimitState],
        window: float,
    ) -> None:
        self.operation = _operation(cms, method)
        self._several = _takes_several(self.operation)
        if isinstance(calls, (str, bytes, Mapping)) or not hasattr(calls, "__iter__"):
            awaited = hasattr(calls, "__aiter__")
            if not awaited:
                found = type(calls).__name__
                raise TypeError(f"calls must be a list or another iterable of arguments, not {found}")
        if type(concurrency) is not int or concurrency < 1:
            raise ValueError(f"concurrency must be a whole number of at least 1, not {concurrency!r}")
        if progress is not None and not callable(progress):
            raise TypeError(f"progress must be a function, not {type(progress).__name__}")
        refuse_awaited("progress", progress)
        _check_bounds(bounds)
        self.calls: Any = calls
        self.concurrency = concurrency
        self.total: int | None = len(calls) if hasattr(calls, "__len__") else None
        self._progress = progress
        self._bounds = bounds
        self._state = state
        self._window = window
        self._done = 0

    def arguments_of(self, item: Any) -> tuple[Any, ...]:
        """The arguments of a call: a tuple has several, anything else is the only one."""
        if type(item) is tuple:
            return item
        # A named one may be a payload, where it can't be a row.
        return tuple(item) if self._several and isinstance(item, tuple) else (item,)

    def call(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """What the one `execute` takes for a call."""
        taken: tuple[Any, ...] = getattr(_taking, self.operation)(*arguments, **self._bounds)
        return taken

    def came(self, under_way: int) -> None:
        """Tells that a response has come."""
        self._done += 1
        if self._progress is not None:
            state = self._state(self.operation)
            left = self._seconds_left(state, under_way)
            told = Progress(self._done, self.total, state.free, left)
            refuse_coroutine("progress", self._progress(told))

    def _seconds_left(self, state: RateLimitState, under_way: int) -> float | None:
        """Slots are free again a window after they were taken: the rest takes as many windows as it fills."""
        if self.total is None:
            return None
        # Those under way have their slots, but for those that stand in line.
        sent = max(under_way - state.waiting, 0)
        beyond = self.total - self._done - sent - state.free
        if beyond <= 0:
            return 0.0
        first = self._window if state.nextFreeIn is None else state.nextFreeIn
        return first + (math.ceil(beyond / state.limit) - 1) * self._window


def placed(error: BaseException | None, index: int, arguments: tuple[Any, ...]) -> None:
    """Has an error that says what is wrong with a call say with which."""
    if error is None or type(error) not in (TypeError, ValueError):
        return
    row = ""
    if len(arguments) == 1 and isinstance(arguments[0], (list, tuple)):
        row = f"one argument, a {type(arguments[0]).__name__}; several go in a plain tuple: "
    error.args = (f"call {index}: {row}{error}",)


def _check_bounds(bounds: Mapping[str, Any]) -> None:
    for name in bounds:
        if name not in _BOUNDS:
            known = ("concurrency", "progress", *_BOUNDS)
            raise TypeError(f"map takes no argument {name}{meant(name, known)}")
    given = {name: value for name, value in bounds.items() if value is not None}
    if given:
        # An instance takes and refuses the same.
        Client({"apiKey": "-", "communityId": "-", **in_milliseconds(given)})


def _takes_several(operation: str) -> bool:
    """Whether one argument alone never makes a call."""
    parameters = signature(getattr(_taking, operation)).parameters.values()
    places = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    # What may be left out is None.
    return any(each.default is not None for each in places[1:])


def _operation(cms: object, method: object) -> str:
    if isinstance(method, partial):
        raise TypeError(
            "method must be a method of instance.cms itself: the bounds of its calls go to map, as in "
            "map(method, calls, timeout=3), and their arguments into calls"
        )
    name = method if isinstance(method, str) else getattr(method, "__name__", None)
    owner = getattr(method, "__self__", cms)
    stranger = owner is not cms and not hasattr(Cms, str(name))
    if not isinstance(name, str) or name.startswith("_") or stranger:
        raise TypeError(
            "method must be a method of instance.cms, such as instance.cms.setAccountRanksV2, or its name"
        )
    if owner is not cms:
        # Its name alone would call another community, or something else.
        raise TypeError(f"method must be of the instance that maps: take its cms.{name}")
    # Says what may have been meant.
    getattr(_taking, name)
    refuse(cms, name)
    return name
