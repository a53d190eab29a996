"""A community of its own inside the emulator."""

from __future__ import annotations

import json
from datetime import timezone
from typing import TYPE_CHECKING, Any, Literal
from warnings import warn

from sonoran import Instance

from ._admin import Admin, refusal
from ._arguments import check, given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from types import TracebackType

    from sonoran import AsyncInstance

    from ._types import Action, Delivery, Generated, Limits, Request


# The options that say what an instance makes of rate limits.
_OF_LIMITS = {"rateLimit", "ceilings", "maxWait", "rateWindow", "shareLimits"}


class World:
    """A world: state, clock, limits, faults, journal and push events that no other world sees.

    Names of operations are those of the methods, such as getAccountV2. What is refused, such as a name that
    is none, is a ValueError that says why, and what is of another type than its argument a TypeError.
    """

    url: str
    """The address to call."""
    key: str
    """The API key that leads here."""
    communityId: str
    """The community's id."""

    def __init__(
        self, url: str, key: str, communityId: str, world: str | None, limits: bool, before: int = 0
    ) -> None:
        self.url = url
        self.key = key
        self.communityId = communityId
        self._world = world
        self._limits = limits
        # The last request that had come with the key of no world when this one was made.
        self._before = before
        self._admin = Admin(url, world)
        self._instances: list[Instance | AsyncInstance] = []
        self._faulted = False

    def instance(self, **options: Any) -> Instance:
        """An instance that calls this world; options are those of `sonoran.Instance`.

        Where the emulator counts no limits, neither does the instance, unless an option about them is given.
        """
        made = Instance(**self._options(options))
        self._instances.append(made)
        return made

    def async_instance(self, **options: Any) -> AsyncInstance:
        """The same to be awaited; options are those of `sonoran.AsyncInstance`."""
        from sonoran import AsyncInstance

        made = AsyncInstance(**self._options(options))
        self._instances.append(made)
        return made

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        for name in ("apiUrl", "cmsApiUrl"):
            if name in options:
                raise TypeError(f"{name} cannot be given: an instance of a world calls this world")
        given = {"apiKey": self.key, "communityId": self.communityId, "apiUrl": self.url, **options}
        if not self._limits and not _OF_LIMITS & set(options):
            given["rateLimit"] = "off"
        return given

    # What was asked.

    def journal(
        self,
        operation: str | None = None,
        *,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        outcome: Literal["pending", "answered", "aborted", "fault"] | None = None,
        since: int | None = None,
        limit: int | None = None,
    ) -> list[Request]:
        """The requests that came, oldest first.

        path: `*` in it stands for any text.
        since: only those with a higher number.
        limit: only the newest so many.
        """
        query = given(
            operation=operation,
            method=method,
            path=path,
            status=status,
            outcome=outcome,
            since=since,
            limit=limit,
        )
        entries: list[Request] = self._admin("GET", "journal", query=query)["entries"]
        return entries

    def clear_journal(self) -> None:
        """Forgets the requests that came."""
        self._admin("DELETE", "journal")

    def assert_called(
        self,
        operation: str | None = None,
        *,
        count: int | None = None,
        atLeast: int | None = None,
        atMost: int | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        outcome: Literal["pending", "answered", "aborted", "fault"] | None = None,
        since: int | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        answer: Any = None,
    ) -> None:
        """Passes where such requests came: `count` of them, or within the bounds, or at least one.

        query, headers, body, answer: what must be in them; there may be more.

        Raises AssertionError with the requests that came nearest, and what differs in them.
        """
        __tracebackhide__ = True
        asked = given(
            operation=operation,
            count=count,
            atLeast=atLeast,
            atMost=atMost,
            method=method,
            path=path,
            status=status,
            outcome=outcome,
            since=since,
            query=query,
            headers=headers,
            body=body,
            answer=answer,
        )
        if headers:
            asked["headers"] = {name.lower(): value for name, value in headers.items()}
        code, told = self._admin.ask("POST", "journal/assert", asked)
        if code == 409:
            raise AssertionError(_nearest(told) + ("" if told["found"] else self._astray(asked)))
        if code != 200:
            raise ValueError(refusal(told))

    def _astray(self, asked: dict[str, Any]) -> str:
        """That such requests came with another key, as those of code that has a credential of its own."""
        if self._world is None:
            return ""
        sent = ("operation", "method", "path", "query", "headers", "body")
        wanted = {name: asked[name] for name in sent if name in asked}
        code, told = Admin(self.url).ask("POST", "journal/assert", {**wanted, "since": self._before})
        if code != 200:
            return ""
        return (
            f"\n{told['found']} such came with another key than this world's: "
            "let the code that is tested have its key and communityId"
        )

    # What is answered.

    def fault(
        self,
        action: Action | None = None,
        *,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        nth: int | Sequence[int] | None = None,
        times: int | Literal["always"] | None = None,
        probability: float | None = None,
        seed: int | None = None,
        delay: float = 0,
    ) -> None:
        """Spoils an answer, the same way in every run.

            world.fault({"type": "respond", "status": 503}, operation="getAccountV2", times=2)
            world.fault({"type": "reset"}, path="*/ranks", nth=[1, 3])

        operation, method, path: which requests it fits; left out, all.
        nth: which of those, from 1; else the first, or as many as `times` says, or each with `probability`,
            which `seed` settles.
        delay: seconds of real time before the answer.

        Of a fault that has met no request by the end of the world a UserWarning tells.
        """
        check("delay", delay)
        if action is None and not delay:
            raise ValueError("a fault needs an action or a delay: without either it spoils nothing")
        if nth is not None and times is not None:
            raise ValueError("nth and times exclude each other: list the places in nth")
        rule = given(
            action=action,
            operation=operation,
            method=method,
            path=path,
            nth=nth if nth is None or isinstance(nth, int) else list(nth),
            times=times,
            probability=probability,
            seed=seed,
        )
        self._admin("POST", "faults", {**rule, "delay": round(delay * 1000)})
        self._faulted = True

    def assert_faults_played(self) -> None:
        """Passes where each fault has spoilt an answer, at least once.

        Raises AssertionError with those that have not, or where there are none.
        """
        __tracebackhide__ = True
        faults = self._faults()
        if not faults:
            raise AssertionError("there are no faults that could have been played")
        idle = [fault for fault in faults if not fault["played"]]
        if idle:
            lines = [f"{_in_words(fault)}: of {fault['seen']} requests that it fitted" for fault in idle]
            raise AssertionError("\n".join(["faults that were not played:", *lines]))

    def _faults(self) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self._admin("GET", "faults")["faults"]
        return told

    def clear_faults(self) -> None:
        """Forgets the faults that have not been played."""
        self._admin("DELETE", "faults")

    def limits(
        self,
        *,
        enabled: bool | None = None,
        windowSeconds: int | None = None,
        style: Literal["gateway", "problem"] | None = None,
        overrides: Mapping[str, int | None] | None = None,
    ) -> Limits:
        """The rate limits, after changing what is given.

        overrides: ceilings by method name, `v1` for all of version 1; None is the documented one again.
        """
        change = given(enabled=enabled, windowSeconds=windowSeconds, style=style, overrides=overrides)
        told: Limits = self._admin("PUT", "limits", change)
        return told

    # What there is.

    def state(self) -> dict[str, Any]:
        """All that the world keeps, as one document."""
        document: dict[str, Any] = self._admin("GET", "state")
        return document

    def load(self, state: Mapping[str, Any]) -> None:
        """Another state in place of the present one, whole or not at all; the key and the community stay."""
        check("state", state)
        self._admin("PUT", "state", state)

    def change(self, change: Mapping[str, Any]) -> None:
        """Merges a change into the state, whole or not at all.

        world.change({"accounts": [{"accId": accountId, "accName": "Alex", "ranks": ["rank-1"]}]})
        """
        check("change", change)
        self._admin("PATCH", "state", change)

    def generate(self, accounts: int, *, seed: int = 0) -> Generated:
        """Adds made-up members; the same number and seed make the same ones in every run."""
        made: Generated = self._admin("POST", "generate", given(accounts=accounts, seed=seed))
        return made

    def reset(self, *, strict: bool | None = None) -> None:
        """Everything as after the start."""
        self._admin("POST", "reset", given(strict=strict))

    # What time it is.

    def now(self) -> str:
        """The world's time."""
        told: dict[str, str] = self._admin("GET", "clock")
        return told["now"]

    def advance(self, seconds: float) -> None:
        """Moves the world's clock on, for dates and for the windows in which it counts requests.

        An instance has a clock of its own: who tests its waiting gives it a short `rateWindow`.
        """
        check("seconds", seconds)
        self._admin("POST", "clock", {"advanceSeconds": seconds})

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stops the clock, at this time if one is given; `advance` still moves it."""
        given(at=at)
        date = at if at is None or isinstance(at, str) else _in_utc(at)
        self._admin("POST", "clock", {"freeze": True, **given(set=date)})

    # Push events.

    def send_events_to(self, *urls: str) -> None:
        """From now on, calls that change an account send their events to these addresses."""
        for url in urls:
            check("url", url)
        self._admin("PUT", "events", {"targets": [{"url": url, "key": self.key} for url in urls]})

    def send_event(self, type: str, data: Mapping[str, Any] | None = None) -> list[Delivery]:
        """Sends an event now, with the documented example's data unless some are given.

        Raises ValueError where it has nobody to go to: see `send_events_to`.
        """
        sent = self._admin("POST", "events", given(type=type, data=data))
        deliveries: list[Delivery] = sent["deliveries"]
        if not deliveries:
            raise ValueError("type was sent to nobody: say where to by send_events_to first")
        return deliveries

    # The end.

    def delete(self) -> None:
        """Closes the instances that were made for it, and deletes it; the default world stays."""
        self._end(warned=True)

    def _end(self, warned: bool) -> None:
        while self._instances:
            self._instances.pop().close()
        if self._world is None:
            return
        faults = self._faults() if warned and self._faulted else []
        Admin(self.url)("DELETE", f"worlds/{self._world}")
        for fault in faults:
            # A test of an outage that never came passes all the same.
            if not fault["seen"]:
                warn(
                    f"this fault has met no request: {_in_words(fault)}; see its operation, method and path, "
                    "or end with clear_faults()",
                    stacklevel=3,
                )

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # Whoever has an error has it already.
        self._end(warned=error is None)

    def __repr__(self) -> str:
        return f"World(url={self.url!r}, communityId={self.communityId!r})"


def _nearest(told: dict[str, Any]) -> str:
    """Why an assertion failed, with the requests that came nearest to it."""
    lines = [str(told["detail"])]
    for miss in told["nearMisses"]:
        request, differs = miss["request"], ", ".join(miss["differs"])
        shown = [f"{request['method']} {request['path']} ({request['name']}), answered {request['status']}"]
        shown += [f"{part} {request[part]}" for part in ("query", "body") if request[part]]
        lines.append(f"nearest: {', '.join(shown)}; differs in {differs}")
    return "\n".join(lines)


def _in_words(fault: dict[str, Any]) -> str:
    """A fault, by what was given."""
    return json.dumps({name: value for name, value in fault["rule"].items() if value})


def _in_utc(time: datetime) -> str:
    if time.tzinfo is None:
        raise ValueError("at must have a time zone, as datetime.now(timezone.utc) has")
    return time.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
