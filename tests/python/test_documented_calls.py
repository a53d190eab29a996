"""The documented call of every operation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from sonoran import Instance
from support import CALLS, Emulator, arguments_of, covered, differences

# What may differ: a profile field holds values of any type, and the documented call of setAccountRanks takes
# away a rank that the documented answer has.
EXCUSED = {
    "getComAccount": ".value is ",
    "editAccountProfileFields": ".value is ",
    "setAccountRanks": " is empty",
}

each = pytest.mark.parametrize("call", CALLS, ids=[call["method"] for call in CALLS])


def test_they_are_all_here() -> None:
    assert len(CALLS) >= 112


@each
def test_succeeds_as_documented(call: dict[str, Any], instance: Instance) -> None:
    succeeds(call, instance)
    covered(call["method"])


def succeeds(call: dict[str, Any], instance: Instance) -> None:
    response = getattr(instance.cms, call["method"])(*arguments_of(call))
    assert response.reason is None
    assert response.success is True
    assert response.error is None
    assert response.status == call["status"]
    assert response.unwrap() == response.data
    if call["status"] == 204:
        assert (response.data, response.meta) == (None, None)
        return
    found = differences(call["data"], response.data)
    assert [each for each in found if EXCUSED.get(call["method"], "\0") not in each] == []
    if call["version"] == 1:
        assert response.meta is None
        return
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
    if call["version"] == 1:
        assert request["body"]["type"] == call["call"]["type"]
        if call["arguments"]:
            assert request["body"]["data"] == call["call"]["data"]
        return
    assert request["body"] == call["call"]["payload"]
    for name, value in (call["call"]["query"] or {}).items():
        assert request["query"][name] == (str(value).lower() if isinstance(value, bool) else str(value))


def object_at(call: dict[str, Any]) -> int | None:
    """Where a call of version 1 has its object of fields."""
    values = call["call"]["values"]
    return next((at for at, value in enumerate(values) if isinstance(value, dict)), None)


@pytest.mark.parametrize(
    "call",
    [call for call in CALLS if call["version"] == 1 and object_at(call) is not None],
    ids=lambda call: call["method"],
)
def test_takes_the_fields_of_an_object_by_name(
    call: dict[str, Any], instance: Instance, emulator: Emulator
) -> None:
    named = dict(zip(call["arguments"], arguments_of(call)))
    fields = named.pop(call["arguments"][object_at(call)])
    assert getattr(instance.cms, call["method"])(**named, **fields).success
    (request,) = emulator.journal()
    sent, documented = request["body"]["data"], call["call"]["data"]
    # None means left out, as for every argument that has a name.
    (documented,) = documented if isinstance(documented, list) else [documented]
    (sent,) = sent if isinstance(sent, list) else [sent]
    assert sent == {name: value for name, value in documented.items() if value is not None}
    with pytest.raises(TypeError, match="not both"):
        getattr(instance.cms, call["method"])(*call["call"]["values"], **fields)
