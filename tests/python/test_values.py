"""Values on their way: from Python into a payload, from an answer into Python."""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timezone
from types import MappingProxyType
from typing import Any

import pytest

from sonoran import Instance
from support import ZEROS, Emulator, failed

VALUES = [
    "null",
    "true",
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-123456789012345678901234567890",
    '{"id": 12345678901234567890123, "text": "12345678901234567890123"}',
    "1.5",
    "-0.0",
    "1e308",
    "0.1234567890123456789012345",
    '""',
    '"Zo\\u00eb \\ud83d\\ude00 \\n \\" \\\\ /"',
    "[]",
    "[[], [[]], {}]",
    '{"": 1, "a": {"b": [1, 2.5, null, false, "x"]}}',
    '{"same": 1, "same": 2}',
    '{"' + "long" * 50 + '": 1}',
    "[" * 100 + "]" * 100,
    "[" * 400 + "]" * 400,
]


@pytest.mark.parametrize("text", VALUES, ids=[text[:40] for text in VALUES])
def test_an_answer_is_what_json_means_by_it(text: str, instance: Instance, emulator: Emulator) -> None:
    emulator.answer(text)
    response = instance.cms.getCommunityV2()
    expected = json.loads(text)
    assert response.success, response.reason
    assert response.data == expected
    assert repr(response.data) == repr(expected)


def test_field_names_are_the_same_object_each_time(instance: Instance) -> None:
    first, second = instance.cms.getSubVersionV2().unwrap(), instance.cms.getSubVersionV2().unwrap()
    assert {id(name) for name in first} == {id(name) for name in second}


def test_data_too_deep_for_python_is_a_failure_not_a_crash(instance: Instance, emulator: Emulator) -> None:
    emulator.answer("[" * 200_000 + "]" * 200_000)
    failed(instance.cms.getCommunityV2(), "internal")


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Frozen(Mapping[str, Any]):
    def __getitem__(self, name: str) -> Any:
        return {"newName": "Name"}[name]

    def __iter__(self) -> Iterator[str]:
        return iter(["newName"])

    def __len__(self) -> int:
        return 1


def sent(instance: Instance, emulator: Emulator, payload: Any) -> Any:
    instance.cms.setAccountNameV2(ZEROS, payload)
    return emulator.journal()[-1]["body"]


def test_a_payload_may_be_any_mapping(instance: Instance, emulator: Emulator) -> None:
    for payload in (Frozen(), MappingProxyType({"newName": "Name"})):
        assert sent(instance, emulator, payload) == {"newName": "Name"}


def test_a_payload_may_hold_what_has_one_reading(instance: Instance, emulator: Emulator) -> None:
    given = {
        "newName": "Zoë 😀",
        "id": uuid.UUID(ZEROS),
        "time": datetime(2026, 4, 15, 12, 30, tzinfo=timezone.utc),
        "day": date(2026, 4, 15),
        "colour": Colour.RED,
        "level": Level.HIGH,
        "pair": (1, None),
        "inner": Frozen(),
        "unknown": {"to": ["us", True, 1.5]},
    }
    assert sent(instance, emulator, given) == {
        "newName": "Zoë 😀",
        "id": ZEROS,
        "time": "2026-04-15T12:30:00+00:00",
        "day": "2026-04-15",
        "colour": "red",
        "level": 3,
        "pair": [1, None],
        "inner": {"newName": "Name"},
        "unknown": {"to": ["us", True, 1.5]},
    }


def test_a_payload_is_left_as_it_was(instance: Instance) -> None:
    payload: Any = {"accId": ZEROS}
    instance.cms.startSessionV2(payload)
    assert payload == {"accId": ZEROS}


def test_ids_may_be_text_numbers_or_uuids(instance: Instance, emulator: Emulator) -> None:
    instance.cms.getAccountV2(uuid.UUID(ZEROS)).unwrap()
    instance.cms.getFormLockV2(1).unwrap()
    instance.cms.getFormLockV2("1").unwrap()
    instance.cms.resolveDiscordAccountV2(1234567890).unwrap()
    instance.cms.resolveDiscordAccountV2(2**70)
    instance.cms.resolveDiscordAccountV2("a/b?c#d é")
    paths = [request["path"].rpartition("/")[2] for request in emulator.journal()]
    assert paths[0] == ZEROS
    assert paths[3:] == ["1234567890", str(2**70), "a%2Fb%3Fc%23d%20%C3%A9"]


def test_query_values(instance: Instance, emulator: Emulator) -> None:
    query: Any = {"take": 5, "banned": False, "archived": None, "unknown": ["a", "b"], "id": uuid.UUID(ZEROS)}
    instance.cms.getAccountsV2(query)
    assert emulator.journal()[0]["query"] == {
        "take": "5",
        "banned": "false",
        "unknown": ["a", "b"],
        "id": ZEROS,
    }
