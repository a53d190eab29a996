"""The documented call of every operation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sonoran import Instance
from support import CALLS, Emulator, arguments_of, differences

each = pytest.mark.parametrize("call", CALLS, ids=[call["method"] for call in CALLS])


def test_they_are_all_here() -> None:
    assert len(CALLS) >= 61


@each
def test_succeeds_as_documented(call: dict[str, Any], instance: Instance) -> None:
    response = getattr(instance.cms, call["method"])(*arguments_of(call))
    assert response.reason is None
    assert response.success is True
    assert response.error is None
    assert response.status == call["status"]
    assert response.unwrap() == response.data
    if call["status"] == 204:
        assert (response.data, response.meta) == (None, None)
        return
    assert differences(call["data"], response.data) == []
    assert sorted(response.meta) == ["path", "timestamp"]
    assert datetime.fromisoformat(response.meta["timestamp"].replace("Z", "+00:00"))
    assert response.meta["path"].startswith("/v2/community")


@each
def test_sends_what_is_documented(call: dict[str, Any], instance: Instance, emulator: Emulator) -> None:
    # By name this time: every argument has the name that the documentation gives it.
    named = dict(zip(call["arguments"], arguments_of(call)))
    assert getattr(instance.cms, call["method"])(**named).success
    (request,) = emulator.journal()
    assert request["method"] == call["verb"]
    assert request["name"] == call["method"]
    assert request["body"] == call["call"]["payload"]
    for name, value in (call["call"]["query"] or {}).items():
        assert request["query"][name] == (str(value).lower() if isinstance(value, bool) else str(value))
