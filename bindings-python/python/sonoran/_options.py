"""Options as people have them, for the native part."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Of functions that are written with `async def`; see Python's inspect module.
_COROUTINE = 0x80

_TIMES = ("timeout", "connectTimeout", "deadline", "maxWait", "rateWindow", "idleTimeout")

# More seconds of these were meant as milliseconds, which other languages have. The others bound a wait for
# slots, which may take longer.
_HOUR = 3600
_WITHIN_AN_HOUR = ("timeout", "connectTimeout", "rateWindow", "idleTimeout")


def gathered(options: Mapping[str, object] | None, keywords: Mapping[str, object]) -> dict[str, object]:
    """The options of an instance: those of an object, and the keywords, which win over them."""
    given: dict[str, object] = {}
    if options is not None:
        if not hasattr(options, "items"):
            found = type(options).__name__
            raise TypeError(
                f"options must be a mapping such as a dict, not {found}; a key goes by name: apiKey=…"
            )
        given.update(options.items())
    given.update((name, value) for name, value in keywords.items() if value is not None)
    _check_product(given.get("product"))
    for name, value in given.items():
        if callable(value):
            _check_function(name, value)
    if given.get("apiHeaders") is not None:
        given["apiHeaders"] = _headers(given["apiHeaders"])
    folder = given.get("shareLimitsFolder")
    if hasattr(folder, "__fspath__"):
        given["shareLimitsFolder"] = folder.__fspath__()
    return in_milliseconds(given)


def _check_function(name: str, function: object) -> None:
    """The native part would look at its form before its name."""
    if name in ("onAttempt", "onWait"):
        refuse_awaited(name, function)
        return
    from .options import InstanceOptions

    known = InstanceOptions.__annotations__
    if name not in known:
        from ._meant import meant

        raise TypeError(f"{name} is not an option{meant(name, known)}")


def refuse_awaited(name: str, function: object) -> None:
    """Refuses a function that is written with `async def`: to call it alone does nothing."""
    # Imported only here: few programs need it.
    from functools import partial

    while isinstance(function, partial):
        function = function.func
    for each in (function, getattr(type(function), "__call__", None)):  # noqa: B004  How it is called.
        code = getattr(each, "__code__", None)
        if code is not None and code.co_flags & _COROUTINE:
            raise TypeError(f"{name} must be a function that is called, not one to be awaited (async def)")


def refuse_coroutine(name: str, returned: object) -> None:
    """The same, where only what the function returned shows it."""
    if returned is None:
        return
    from types import CoroutineType

    if isinstance(returned, CoroutineType):
        returned.close()
        raise TypeError(
            f"{name} must be a function that is called, and it returned a coroutine to be awaited"
        )


def in_milliseconds(options: dict[str, object]) -> dict[str, object]:
    """The same options with times in the native part's unit."""
    for name in _TIMES:
        if name in options:
            options[name] = _milliseconds(name, options[name])
    return options


def _milliseconds(name: str, time: object) -> object:
    """What is no time is left for the native part to refuse."""
    if isinstance(time, (bool, str)) or time is None:
        return time
    has_unit = hasattr(time, "total_seconds")
    if has_unit:
        time = time.total_seconds()  # type: ignore[attr-defined]
    elif hasattr(type(time), "__float__"):
        try:
            time = float(time)  # type: ignore[arg-type]
        except OverflowError:
            time = float("inf")
    if not isinstance(time, float):
        return time
    if time != time or time in (float("inf"), float("-inf")):
        raise ValueError(f"{name} must be a finite number of seconds")
    if time > _HOUR and name in _WITHIN_AN_HOUR and not has_unit:
        raise ValueError(
            f"{name} is in seconds, and {time:.15g} of them are more than an hour: {time:.15g} milliseconds "
            f"are {time / 1000:.15g}; what is meant to be longer is a timedelta"
        )
    return time * 1000


def _check_product(product: object) -> None:
    if isinstance(product, str):
        raise TypeError(
            f"product must be one of productEnums, such as productEnums.CMS, not the text {product!r}"
        )


def _headers(given: object) -> object:
    """Headers in whatever form a program has them: a mapping or anything else with items(), or pairs."""
    from collections.abc import Sequence

    pairs = given.items() if hasattr(given, "items") else given
    if isinstance(pairs, (str, bytes)) or not hasattr(pairs, "__iter__"):
        raise TypeError(f"apiHeaders must be a mapping or a sequence of pairs, not {type(given).__name__}")
    names: dict[object, object] = {}
    headers: dict[object, object] = {}
    for pair in pairs:
        # A text of two letters is no pair.
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise TypeError("apiHeaders must have a name and a value in each pair")
        name, value = pair
        name = names.setdefault(name.lower() if isinstance(name, str) else name, name)
        # HTTP takes a header that comes twice for one with both values.
        both = isinstance(value, str) and isinstance(headers.get(name), str)
        headers[name] = f"{headers[name]}, {value}" if both else value
    return headers
