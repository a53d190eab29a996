"""Payloads of whatever kind of object a program has, and what is said of one that cannot be sent."""

from __future__ import annotations

import collections
import enum
import json
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

import attrs
import numpy
import pydantic
import pytest

from sonoran import Instance
from support import ZEROS, Emulator, recording_server


def sent(payload: Any) -> str:
    """The body that arrives, as text: what reads it as JSON might round its numbers."""
    with recording_server() as (address, bodies):
        instance = Instance(apiKey="KEY", communityId="C", apiUrl=address, retries=0)
        assert instance.cms.setAccountNameV2(ZEROS, payload).success
    return bodies[0].decode()


@dataclass
class Rename:
    newName: str
    previous: list[str] = field(default_factory=list)


class Pair(NamedTuple):
    newName: str
    by: Any = None


Attributes: Any = attrs.make_class("Attributes", ["newName"])


class Model(pydantic.BaseModel):  # type: ignore[misc]
    new_name: str = pydantic.Field(alias="newName")
    at: datetime


class Colour(enum.Enum):
    RED = "red"


def test_objects_with_fields() -> None:
    at = datetime(2026, 4, 15, 14, 30, tzinfo=timezone(timedelta(hours=2)))
    given: list[tuple[Any, Any]] = [
        (Rename("Name", ["A"]), {"newName": "Name", "previous": ["A"]}),
        (Pair("Name", Pair("Inner")), {"newName": "Name", "by": {"newName": "Inner", "by": None}}),
        (Attributes("Name"), {"newName": "Name"}),
        (Model(newName="Name", at=at), {"newName": "Name", "at": "2026-04-15T12:30:00Z"}),
        (MappingProxyType({"newName": "Name"}), {"newName": "Name"}),
        (collections.OrderedDict(newName="Name"), {"newName": "Name"}),
        (
            {"newName": [Rename("A"), Attributes("B")]},
            {"newName": [{"newName": "A", "previous": []}, {"newName": "B"}]},
        ),
    ]
    for payload, expected in given:
        assert json.loads(sent(payload)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("0.1234567890123456789012345"), "0.1234567890123456789012345"),
        (Decimal("1.10"), "1.10"),
        (Decimal("-1E+3"), "-1E+3"),
        (2**70, str(2**70)),
        (numpy.int64(7), "7"),
        (numpy.uint8(7), "7"),
        (numpy.float64(1.5), "1.5"),
        (numpy.float32(1.5), "1.5"),
        (numpy.bool_(True), "true"),
        (Fraction(1, 4), "0.25"),
        (-0.0, "-0.0"),
        ("Zoë 😀 \n \u2028", '"Zoë 😀 \\n \u2028"'),
        (datetime(2026, 4, 15, 12, 30, 0, 250000, tzinfo=timezone.utc), '"2026-04-15T12:30:00.250000Z"'),
        (date(2026, 4, 15), '"2026-04-15"'),
        (time(12, 30), '"12:30:00"'),
        (uuid.UUID(ZEROS), f'"{ZEROS}"'),
        (Colour.RED, '"red"'),
        (PurePosixPath("/go/example"), '"/go/example"'),
        (range(3), "[0,1,2]"),
        ((1, (2, None)), "[1,[2,null]]"),
        ({1: "a", uuid.UUID(ZEROS): "b", Colour.RED: "c"}, '{"1":"a","' + ZEROS + '":"b","red":"c"}'),
    ],
    ids=repr,
)
def test_values(value: object, expected: str) -> None:
    assert sent({"newName": value}) == f'{{"newName":{expected}}}'


class Own(Mapping[str, Any]):
    """Whose code fails."""

    def __getitem__(self, name: str) -> Any:
        raise LookupError("its own error")

    def __iter__(self) -> Any:
        return iter(["newName"])

    def __len__(self) -> int:
        return 1


HALF = "half of a pair \ud800"


@pytest.mark.parametrize(
    ("payload", "error", "message"),
    [
        ({"tags": {"a", "b"}}, TypeError, "payload.tags is of type set, .* a list, such as sorted"),
        ({"tags": [frozenset("a")]}, TypeError, r"payload.tags\[0\] is of type frozenset"),
        ({"name": b"Name"}, TypeError, "payload.name is of type bytes: send text, such as value.decode"),
        ({"in": {"name": bytearray(b"Name")}}, TypeError, "payload.in.name is of type bytearray"),
        (
            {"at": datetime(2026, 4, 15)},
            ValueError,
            r"payload.at is a datetime without .*timezone.utc",
        ),
        (
            {"for": timedelta(1)},
            TypeError,
            r"payload.for is of type timedelta: .*total_seconds",
        ),
        ({"points": Decimal("NaN")}, ValueError, "payload.points must be a finite number"),
        ({"points": float("inf")}, ValueError, "payload.points must be a finite number"),
        ({"points": numpy.float64("nan")}, ValueError, "payload.points must be a finite number"),
        (
            {"points": 1j},
            TypeError,
            r"payload.points must be something .* not complex",
        ),
        ({"points": numpy.array([1])}, TypeError, r"payload.points .* not ndarray: send value.tolist\(\)"),
        ({"add": ["rank-1", object()]}, TypeError, r"payload.add\[1\] must be something .* not object"),
        ({"add": [HALF]}, ValueError, r"payload.add\[0\] must be whole Unicode text: it holds half"),
        ({"add": {HALF: 1}}, ValueError, "payload.add.* must be whole Unicode text: it holds half"),
        ({"a name": {"x": set()}}, TypeError, r'payload\["a name"\].x is of type set'),
        ({("a", "tuple"): 1}, TypeError, "payload has a key of type tuple; names of fields are str"),
        ({"add": {None: 1}}, TypeError, "payload.add has a key of type NoneType"),
        ({True: 1}, TypeError, "payload has a key of type bool"),
        ({1: "a", "1": "b"}, ValueError, 'payload has two keys that are both sent as "1"'),
        ({"in": [{Colour.RED: 1, "red": 2}]}, ValueError, r'payload.in\[0\] has two keys .* as "red"'),
        (Rename("Name", [b"x"]), TypeError, r"payload.previous\[0\] is of type bytes"),  # type: ignore[list-item]
        ([("newName", "Name")], TypeError, "payload must be a mapping such as a dict, not list"),
        ({"newName": "Name"}.items(), TypeError, "payload is of type dict_items"),
        (Rename, TypeError, "payload must be something that JSON has a form for, .* not type"),
        ((each for each in "ab"), TypeError, "payload must be something .* not generator"),
    ],
)
def test_refusals(
    payload: Any, error: type[Exception], message: str, instance: Instance, emulator: Emulator
) -> None:
    with pytest.raises(error, match=f"^{message}"):
        instance.cms.setAccountNameV2(ZEROS, payload)
    assert emulator.journal() == []


@pytest.mark.skipif(not hasattr(sys, "set_int_max_str_digits"), reason="this Python writes out any number")
def test_a_number_that_python_does_not_write_out(instance: Instance) -> None:
    with pytest.raises(ValueError, match=r"^payload.points\[0\] must have fewer digits"):
        instance.cms.setAccountNameV2(ZEROS, {"points": [10**5000]})  # type: ignore[typeddict-item]
    with pytest.raises(ValueError, match=r"^discordId must have fewer digits"):
        instance.cms.resolveDiscordAccountV2(10**5000)


def test_the_name_of_the_argument_begins_the_place(instance: Instance, emulator: Emulator) -> None:
    calls: list[tuple[Callable[..., Any], Any, str]] = [
        (instance.cms.getAccountsV2, {"take": {1}}, "query.take is of type set"),
        (instance.cms.getComAccount, {"apiId": HALF}, "params.apiId must be whole Unicode text"),
        (instance.cms.addGameServers, [{"name": b"x"}], r"servers\[0\].name is of type bytes"),
        (instance.cms.verifyWhitelist, HALF, "data must be whole Unicode text"),
    ]
    for call, payload, message in calls:
        with pytest.raises((TypeError, ValueError), match=f"^{message}"):
            call(payload)
    assert emulator.journal() == []


def test_an_error_of_the_payloads_own_code_is_passed_on(instance: Instance) -> None:
    with pytest.raises(LookupError, match="its own error"):
        instance.cms.setAccountNameV2(ZEROS, Own())  # type: ignore[arg-type]


def test_a_payload_that_changes_while_it_is_read(instance: Instance, emulator: Emulator) -> None:
    payload: dict[str, Any] = {}

    class Changing(Mapping[str, Any]):
        def __getitem__(self, name: str) -> Any:
            payload["more"] = len(payload)
            return name

        def __iter__(self) -> Any:
            return iter(["a"])

        def __len__(self) -> int:
            return 1

    payload.update(newName="Name", by=Changing(), last=1)
    instance.cms.setAccountNameV2(ZEROS, payload)  # type: ignore[arg-type]
    assert emulator.journal()[0]["body"] == {"newName": "Name", "by": {"a": "a"}, "last": 1}
