"""How the rate limit stands, who waits for it, and that the service never has to refuse."""

from __future__ import annotations

import logging
import pickle
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from sonoran import Instance, RateLimitState
from support import KEY, ZEROS, Emulator, failed


def test_the_state_of_a_limit(emulator: Emulator) -> None:
    instance = emulator.instance(apiKey="A-KEY-OF-THIS-TEST", rateLimit="error", ceilings={"getServersV2": 2})
    assert instance.rateLimit("getServersV2") == RateLimitState(2, 2, 0, None, False)
    # Asking sends nothing.
    assert emulator.journal() == []
    for free in (1, 0):
        instance.cms.getServersV2()
        state = instance.rateLimit("getServersV2")
        assert (state.limit, state.free) == (2, free)
    assert state.nextFreeIn is not None
    assert 50 < state.nextFreeIn <= 60
    assert instance.rateLimit("getCommunityV2").free == instance.rateLimit("getCommunityV2").limit
    # Version 1 is counted as a whole.
    instance.cms.getGameServers()
    assert instance.rateLimit("getComAccount").free == instance.rateLimit("rsvp").free == 59
    assert pickle.loads(pickle.dumps(state)) == state
    with pytest.raises(AttributeError):
        state.free = 5  # type: ignore[misc]


def test_a_frozen_limit(emulator: Emulator) -> None:
    instance = emulator.instance(rateLimit="error")
    # What it freezes stays so for a while: no other test counts this one.
    emulator.fault(action={"type": "respond", "status": 429, "headers": {"retry-after": "20"}})
    assert instance.cms.getAceConfigV2(retries=0).status == 429
    state = instance.rateLimit("getAceConfigV2")
    assert (state.frozen, state.free) == (True, 0)
    assert state.nextFreeIn is not None
    assert 15 < state.nextFreeIn <= 20


def test_without_a_limit_all_is_free(instance: Instance) -> None:
    instance.cms.getServersV2()
    state = instance.rateLimit("getServersV2")
    assert (state.free, state.waiting, state.nextFreeIn, state.frozen) == (state.limit, 0, None, False)


@pytest.mark.parametrize(
    ("operation", "error"), [("getServers", ValueError), ("", ValueError), (5, TypeError)]
)
def test_the_limit_of_no_method(operation: Any, error: type[Exception], instance: Instance) -> None:
    with pytest.raises(error, match="operation"):
        instance.rateLimit(operation)


def test_a_long_wait_is_logged(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "sonoran")
    instance = emulator.instance(rateLimit="wait", rateWindow=3, ceilings={"getServersV2": 1})
    assert instance.cms.getServersV2().success
    assert caplog.messages == []
    assert instance.cms.getServersV2().success
    (message,) = caplog.messages
    assert re.match(r"getServersV2 waits for its rate limit: [1-3]\.", message)
    assert KEY not in message


@pytest.fixture
def strict() -> Iterator[Emulator]:
    """An emulator that counts as the service does, in less time."""
    emulator = Emulator("--limits", "on", "--window-seconds", "1")
    yield emulator
    emulator.stop()


def test_a_thousand_calls_at_once_stand_in_line(strict: Emulator) -> None:
    strict.admin("PUT", "limits", {"enabled": True, "windowSeconds": 1, "overrides": {"getAccountV2": 100}})
    instance = strict.instance(rateLimit="wait", rateWindow=1, ceilings={"getAccountV2": 100})
    with ThreadPoolExecutor(1000) as pool:
        calls = [pool.submit(instance.cms.getAccountV2, ZEROS) for _ in range(1000)]
        waiting = instance.rateLimit("getAccountV2").waiting
        responses = [call.result(120) for call in calls]
    assert [response.reason for response in responses if not response.success] == []
    assert [response.attempts for response in responses] == [1] * 1000
    statuses = [request["status"] for request in strict.journal()]
    assert statuses == [200] * 1000
    # It was in earnest: they did not all find a free slot.
    assert waiting > 0
    assert max(response.waited for response in responses) > 5


def test_a_bound_on_the_waiting_of_one_call(emulator: Emulator) -> None:
    instance = emulator.instance(rateLimit="wait", ceilings={"getDepartmentsV2": 1})
    assert instance.cms.getDepartmentsV2()
    for bound in (5, 0.5, timedelta(seconds=5)):
        response = instance.cms.getDepartmentsV2(maxWait=bound)
        failed(response, "rateLimited")
        assert response.error is not None
        assert response.error.retryAfter is not None
        assert 50 < response.error.retryAfter <= 61
    assert len(emulator.journal()) == 1


def test_the_mode_of_one_call(emulator: Emulator) -> None:
    instance = emulator.instance(rateLimit="wait", ceilings={"getCustomLogTypesV2": 1})
    assert instance.cms.getCustomLogTypesV2()
    failed(instance.cms.getCustomLogTypesV2(rateLimit="error"), "rateLimited")
    assert instance.cms.getCustomLogTypesV2(rateLimit="off")
    assert len(emulator.journal()) == 2
