"""What a program is told of its calls: log, callbacks, and the guide's recipe for OpenTelemetry."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import subprocess
import sys
from contextvars import ContextVar
from functools import partial
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

import sonoran
from sonoran import Attempt, Instance
from support import KEY, ROOT, ZEROS, Emulator

DOWN = {"action": {"type": "respond", "status": 503}}


def down_once(emulator: Emulator) -> None:
    emulator.fault(operation="getCommunityV2", nth=[1], **DOWN)


def test_a_record_for_each_attempt(
    instance: Instance, emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    down_once(emulator)
    with caplog.at_level(logging.DEBUG, "sonoran"):
        response = instance.cms.getCommunityV2()
    first, second = (record for record in caplog.records if record.name == "sonoran")
    assert (first.levelno, second.levelno) == (logging.DEBUG, logging.DEBUG)
    assert first.getMessage().startswith("getCommunityV2: attempt 1 took ")
    fields = ("operation", "attempt", "status", "elapsed", "pause", "request_id")
    one, two = ({name: getattr(record, name) for name in fields} for record in (first, second))
    assert (one["operation"], one["attempt"], one["status"]) == ("getCommunityV2", 1, 503)
    assert one["pause"] > 0 and one["elapsed"] > 0
    assert (two["attempt"], two["status"], two["pause"]) == (2, 200, None)
    assert two["request_id"] == response.requestId
    assert KEY not in caplog.text


def test_no_record_where_the_log_is_off(instance: Instance, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "sonoran"):
        instance.cms.getCommunityV2()
    assert caplog.records == []


def test_the_log_is_not_loaded_for_nothing() -> None:
    program = "import sys, sonoran; sys.exit('logging' in sys.modules or 'sonoran._watch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_a_callback_for_each_attempt(emulator: Emulator) -> None:
    told: list[Attempt] = []
    instance = emulator.instance(onAttempt=told.append)
    down_once(emulator)
    response = instance.cms.getCommunityV2()
    assert [(each.number, each.status, each.kind) for each in told] == [(1, 503, None), (2, 200, None)]
    assert told[1].requestId == response.requestId
    nobody = emulator.instance(onAttempt=told.append, apiUrl="http://127.0.0.1:9", retries=0)
    nobody.cms.getCommunityV2()
    assert (told[2].status, told[2].kind, told[2].pause) == (None, "connect", None)
    assert told[2].reason


def test_a_callback_for_each_attempt_of_what_is_awaited(emulator: Emulator) -> None:
    told: list[Attempt] = []

    async def main() -> None:
        options: Any = {"apiKey": KEY, "communityId": "YOUR_COMMUNITY_ID", "apiUrl": emulator.url}
        async with sonoran.AsyncInstance(options, onAttempt=told.append, rateLimit="off") as instance:
            await instance.cms.getCommunityV2()

    down_once(emulator)
    asyncio.run(main())
    assert [(each.number, each.status) for each in told] == [(1, 503), (2, 200)]


def test_a_callback_that_fails_is_no_matter_of_the_call(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", failures.append)

    def fails(attempt: Attempt) -> None:
        raise ValueError(attempt.operation)

    assert emulator.instance(onAttempt=fails).cms.getCommunityV2().success
    assert [str(failure.exc_value) for failure in failures] == ["getCommunityV2"]


@pytest.mark.parametrize("name", ["onAttempt", "onWait"])
def test_what_cannot_be_called_back(name: str, emulator: Emulator) -> None:
    with pytest.raises(TypeError, match=f"^{name} must be callable, not int$"):
        emulator.instance(**{name: 5})

    async def awaited(_: object) -> None: ...

    with pytest.raises(TypeError, match=f"^{name} must be a function that is called, not one to be awaited"):
        emulator.instance(**{name: awaited})

    class Awaited:
        async def __call__(self, _: object) -> None: ...

    for other in (Awaited(), partial(awaited, 5), partial(Awaited())):
        with pytest.raises(TypeError, match=f"^{name} must be a function that is called, not one to be"):
            emulator.instance(**{name: other})


def test_what_returns_a_coroutine_is_told_of(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", failures.append)

    async def awaited() -> None: ...

    told = [awaited(), awaited()]
    assert emulator.instance(onAttempt=lambda _: told[0]).cms.getCommunityV2().success
    assert ["it returned a coroutine" in str(failure.exc_value) for failure in failures] == [True]
    instance = emulator.instance()
    with pytest.raises(TypeError, match=r"^progress must be .* it returned a coroutine"):
        list(instance.map(instance.cms.getCommunityV2, [()], progress=lambda _: told[1]))
    # It was closed, so that Python has no need to warn of it.
    assert {inspect.getcoroutinestate(each) for each in told} == {inspect.CORO_CLOSED}


def test_the_recipe_for_opentelemetry(emulator: Emulator) -> None:
    guide = (ROOT / "docs/guide.md").read_text("utf-8")
    found = re.search(r"<!-- recipe: opentelemetry -->\n```python\n(.*?)```", guide, re.DOTALL)
    assert found
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    down_once(emulator)
    names: dict[str, Any] = {"provider": provider}
    # The program sets up its own provider once; here it is the test's.
    program = found.group(1).replace("trace.get_tracer(", "provider.get_tracer(")
    exec(compile(program, "<guide>", "exec"), names)
    spans = exporter.get_finished_spans()
    call = next(span for span in spans if span.name == "getCommunityV2")
    attempts = [span for span in spans if span.name == "getCommunityV2 attempt"]
    assert [span.attributes["http.response.status_code"] for span in attempts] == [503, 200]
    for attempt in attempts:
        assert attempt.parent and attempt.parent.span_id == call.context.span_id
        assert attempt.end_time >= attempt.start_time
    assert call.attributes["sonoran.attempts"] == 2

    async def main() -> None:
        await asyncio.gather(*(names["awaited"](ZEROS) for _ in range(3)))

    emulator.fault(operation="getAccountV2", nth=[1, 2], **DOWN)
    asyncio.run(main())
    spans = exporter.get_finished_spans()
    calls = {span.context.span_id for span in spans if span.name == "getAccountV2"}
    parents = [span.parent and span.parent.span_id for span in spans if span.name == "getAccountV2 attempt"]
    assert (len(calls), len(parents)) == (3, 5)
    assert set(parents) == calls


def test_what_a_call_tells_is_told_in_its_context(
    emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    member: ContextVar[str] = ContextVar("member", default="nobody")
    told: list[tuple[str, str]] = []
    logged: list[str] = []

    async def one(instance: sonoran.AsyncInstance, name: str) -> None:
        member.set(name)
        await (instance.cms.getCommunityV2() if name == "one" else instance.cms.getAccountV2(ZEROS))

    def note(record: logging.LogRecord) -> bool:
        logged.append(member.get())
        return False

    async def main(**options: Any) -> None:
        given: Any = {"apiKey": KEY, "communityId": "YOUR_COMMUNITY_ID", "apiUrl": emulator.url, **options}
        async with sonoran.AsyncInstance(given) as instance:
            await asyncio.gather(one(instance, "one"), one(instance, "two"))

    asyncio.run(main(onAttempt=lambda attempt: told.append((attempt.operation, member.get()))))
    assert sorted(told) == [("getAccountV2", "two"), ("getCommunityV2", "one")]
    logger = logging.getLogger("sonoran")
    logger.addFilter(note)
    try:
        with caplog.at_level(logging.DEBUG, "sonoran"):
            asyncio.run(main())
    finally:
        logger.removeFilter(note)
    assert sorted(logged) == ["one", "two"]
