"""Values on their way: from Python into a payload, from an answer into Python."""

from __future__ import annotations

import enum
import json
import uuid
from typing import Any

import numpy
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


def test_a_payload_of_jsons_own_types(instance: Instance, emulator: Emulator) -> None:
    given: Any = {"newName": "Zoë 😀", "unknown": {"to": ["us", True, 1.5, None]}}
    instance.cms.setAccountNameV2(ZEROS, given)
    assert emulator.journal()[0]["body"] == given


def test_a_payload_is_left_as_it_was(instance: Instance) -> None:
    payload: Any = {"accId": ZEROS}
    instance.cms.startSessionV2(payload)
    assert payload == {"accId": ZEROS}


class Level(enum.Enum):
    HIGH = numpy.int16(3)


def test_ids_may_be_text_numbers_or_uuids(instance: Instance, emulator: Emulator) -> None:
    instance.cms.getAccountV2(uuid.UUID(ZEROS)).unwrap()
    instance.cms.getFormLockV2(1).unwrap()
    instance.cms.getFormLockV2("1").unwrap()
    instance.cms.resolveDiscordAccountV2(1234567890).unwrap()
    instance.cms.resolveDiscordAccountV2(2**70)
    instance.cms.resolveDiscordAccountV2("a/b?c#d é")
    instance.cms.resolveDiscordAccountV2(numpy.int64(1234567890))
    level: Any = Level.HIGH
    instance.cms.getWhitelistV2(level)
    paths = [request["path"].rpartition("/")[2] for request in emulator.journal()]
    assert paths[0] == ZEROS
    assert paths[3:-1] == ["1234567890", str(2**70), "a%2Fb%3Fc%23d%20%C3%A9", "1234567890"]
    assert emulator.journal()[-1]["path"] == "/v2/community/servers/3/whitelist"


def test_query_values(instance: Instance, emulator: Emulator) -> None:
    query: Any = {"take": 5, "banned": False, "archived": None, "unknown": ["a", "b"], "id": uuid.UUID(ZEROS)}
    instance.cms.getAccountsV2(query)
    assert emulator.journal()[0]["query"] == {
        "take": "5",
        "banned": "false",
        "unknown": ["a", "b"],
        "id": ZEROS,
    }
