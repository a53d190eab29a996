"""Makes the calls of one scenario: its brief comes as the first line of standard input, the outcomes go to
standard output, and its clients live until its input ends. Looks itself for the key in all that a program
could print of what it has; what it writes to standard error is searched by test_conformance.py. With the
argument `await` the calls are those of an AsyncInstance.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import pickle
import re
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import sonoran
from sonoran import AsyncInstance, Instance, SonoranError, SonoranResponse

TIMES = {"timeout", "connectTimeout", "deadline", "maxWait", "idleTimeout", "rateWindow"}
RESPONSE = ("success", "status", "data", "reason", "meta", "requestId", "attempts", "waited")
PACKAGE = str(Path(sonoran.__file__).parent)


class Cancelled(Exception):
    """What a signal handler raises, as Ctrl-C's does."""


def seconds(options: dict[str, Any]) -> dict[str, Any]:
    numbers = {name for name in TIMES & set(options) if type(options[name]) in (int, float)}
    return {name: value / 1000 if name in numbers else value for name, value in options.items()}


class Runner:
    def __init__(self, brief: dict[str, Any]) -> None:
        self.brief = brief
        self.clients: dict[str, Any] = {}
        self.lock = threading.Lock()
        given = (options.get("apiKey") for options in brief["clients"].values())
        self.keys = [key for key in given if isinstance(key, str) and key]
        self.leaks: set[str] = set()

    def run(self) -> list[list[dict[str, Any]]]:
        return [self.noted(call) for call in self.brief["calls"]]

    def noted(self, call: dict[str, Any]) -> list[dict[str, Any]]:
        time.sleep(call["pause"] / 1000)
        if call["atOnce"] == 1:
            # On the main thread, where signal handlers run.
            return [self.outcome(call)]
        outcomes: list[dict[str, Any]] = []
        together = threading.Barrier(call["atOnce"])

        def one() -> None:
            together.wait()
            outcomes.append(self.outcome(call))

        threads = [threading.Thread(target=one) for _ in range(call["atOnce"])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def outcome(self, call: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        came = self.came(call)
        return {**came, "elapsed": round((time.monotonic() - began) * 1000)}

    def came(self, call: dict[str, Any]) -> dict[str, Any]:
        try:
            alarm(call["cancelAfter"])
            return {"response": self.fields(self.begun(call))}
        except BaseException as error:
            return self.raised(error)
        finally:
            alarm(call["cancelAfter"] and 0)

    def begun(self, call: dict[str, Any]) -> Any:
        method = getattr(self.client(call["client"]).cms, call["operation"])
        return method(*call["values"], **seconds(call["options"]))

    def raised(self, error: BaseException) -> dict[str, Any]:
        if isinstance(error, (Cancelled, asyncio.CancelledError)):
            self.look("the cancellation", error)
            return {"cancelled": True}
        if isinstance(error, (TypeError, ValueError)):
            self.look("the misuse", error)
            return {"misuse": {"argument": argument(str(error)), "message": str(error)}}
        self.look("the crash", error)
        return {"crash": repr(error)}

    def client(self, name: str) -> Any:
        with self.lock:
            if name not in self.clients:
                # Told as much as can be told, all of which is searched for the key.
                self.clients[name] = self.made({"debug": True, **seconds(self.brief["clients"][name])})
            return self.clients[name]

    def made(self, options: dict[str, Any]) -> Any:
        return Instance(**options)

    def fields(self, response: SonoranResponse[Any]) -> dict[str, Any]:
        self.look("a response", response)
        if not response.success:
            try:
                response.unwrap()
            except SonoranError as error:
                self.look("an error", error)
        failure = response.error
        return {
            **{name: getattr(response, name) for name in RESPONSE},
            "error": failure and failure.to_dict(),
        }

    def look(self, place: str, value: object) -> None:
        """Notes the place where the key shows in whatever can be told of the value."""
        told = "\n".join(shown(value))
        if any(key in told or repr(key)[1:-1] in told for key in self.keys):
            self.leaks.add(place)


class AwaitingRunner(Runner):
    """The same with an AsyncInstance."""

    def made(self, options: dict[str, Any]) -> Any:
        return AsyncInstance(**options)

    async def awaited(self) -> list[list[dict[str, Any]]]:
        outcomes = []
        for call in self.brief["calls"]:
            await asyncio.sleep(call["pause"] / 1000)
            outcomes.append(await asyncio.gather(*(self.one(call) for _ in range(call["atOnce"]))))
        return outcomes

    async def one(self, call: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        came = await self.arrived(call)
        return {**came, "elapsed": round((time.monotonic() - began) * 1000)}

    async def arrived(self, call: dict[str, Any]) -> dict[str, Any]:
        try:
            task = asyncio.ensure_future(self.begun(call))
            if call["cancelAfter"] is not None:
                asyncio.get_running_loop().call_later(call["cancelAfter"] / 1000, task.cancel)
            return {"response": self.fields(await task)}
        except BaseException as error:
            return self.raised(error)


def argument(message: str) -> str | None:
    """The argument that a message begins with, or that Python itself names as missing."""
    found = re.match(r".* missing .*: '(\w+)'$|(.+?) (?:cannot|has|is|must) ", message)
    return found and (found[1] or found[2])


def shown(value: object) -> Iterator[str]:
    yield from (repr(value), str(value), f"{value:}", repr(getattr(value, "__dict__", "")))
    yield attempted(lambda: repr(pickle.dumps(value)))
    yield attempted(lambda: json.dumps(value, default=vars))
    yield from reachable(value)
    if isinstance(value, BaseException):
        yield from traceback.format_exception(type(value), value, value.__traceback__)
        # The values of variables, as crash reporters have them.
        frames = (frame for frame, _ in traceback.walk_tb(value.__traceback__))
        yield from (repr(frame.f_locals) for frame in frames if is_ours(frame))


def is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(PACKAGE)


def attempted(tell: Callable[[], str]) -> str:
    try:
        return tell()
    except Exception as error:
        return repr(error)


def reachable(value: object) -> Iterator[str]:
    """All text that it holds on to, however deep."""
    seen: dict[int, object] = {}
    # Through code and classes everything is reachable, and through a traceback this program.
    ends = (ModuleType, FunctionType, type, FrameType, type(sys._getframe().f_code))
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, ends) or type(each).__name__ == "traceback":
            continue
        seen[id(each)] = each
        if isinstance(each, (str, bytes)):
            yield str(each)
        waiting.extend(gc.get_referents(each))


def alarm(milliseconds: int | None) -> None:
    """Cancels what this thread does after so long; not at all with 0. Not every system can."""
    if milliseconds is not None:
        signal.signal(signal.SIGALRM, cancel)
        signal.setitimer(signal.ITIMER_REAL, milliseconds / 1000)


def cancel(*_: object) -> None:
    raise Cancelled


def main() -> None:
    logging.basicConfig(level=logging.DEBUG)
    brief = json.loads(sys.stdin.readline())
    if "await" in sys.argv:
        awaiting = AwaitingRunner(brief)
        report(awaiting, asyncio.run(awaiting.awaited()))
    else:
        runner = Runner(brief)
        report(runner, runner.run())
    sys.stdin.read()


def report(runner: Runner, outcomes: list[list[dict[str, Any]]]) -> None:
    for client in runner.clients.values():
        runner.look("a client", client)
    print(json.dumps({"outcomes": outcomes, "leaks": sorted(runner.leaks)}), flush=True)


if __name__ == "__main__":
    main()
