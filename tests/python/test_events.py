"""Reading push events: the documented ones whole, every refusal, and anything that anybody may send."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sonoran
from sonoran import Event, EventError, UnknownEvent, parse_event
from support import EVENTS, KEY, covered

CANARY = "c4nary-0fTheKey"

each = pytest.mark.parametrize("documented", EVENTS, ids=[event["type"] for event in EVENTS])
many = settings(max_examples=200, deadline=None, database=None)


def body(event_type: object, data: object = None, key: object = CANARY) -> str:
    return json.dumps({"key": key, "type": event_type, "data": data})


def refused(given: Any, kind: str, status: int, words: str, key: Any = CANARY) -> EventError:
    with pytest.raises(EventError, match=words) as caught:
        parse_event(given, key)
    error: EventError = caught.value
    assert (error.kind, error.status) == (kind, status)
    assert error.reason == str(error)
    return error


@each
def test_a_documented_event(documented: dict[str, Any]) -> None:
    sent = documented["body"]
    event = parse_event(json.dumps(sent).encode(), KEY)
    known = getattr(sonoran, f"{documented['name']}Event")
    assert type(event) is known
    assert issubclass(known, Event)
    assert event.type == documented["type"]
    assert event.data == sent["data"]
    assert event.accountId == sent["data"].get("accountId", sent["data"].get("accId"))
    assert event == known(event.accountId, sent["data"])
    covered(documented["type"])


def test_they_are_all_here() -> None:
    assert len(EVENTS) >= 3


@pytest.mark.parametrize("form", [str, str.encode, lambda text: bytearray(text.encode())])
def test_a_body_of_each_form(form: Any) -> None:
    event = parse_event(form(body("X", ["ä"])), CANARY)
    assert event == UnknownEvent("X", None, ["ä"])
    assert parse_event(memoryview(body("X", ["ä"]).encode()), CANARY) == event
    every_other = memoryview(b"".join(bytes([sign, 0]) for sign in body("X", ["ä"]).encode()))[::2]
    assert parse_event(every_other, CANARY) == event


def test_any_of_several_keys() -> None:
    for keys in (["new", CANARY], (CANARY, "new"), [CANARY]):
        assert parse_event(body("X"), keys).type == "X"


def test_what_is_not_documented_is_passed_on() -> None:
    assert parse_event(body("ROSTER_CHANGED", {"a": 1}), CANARY) == UnknownEvent(
        "ROSTER_CHANGED", None, {"a": 1}
    )
    mistyped = parse_event(body("ACCOUNT_KICKED", {"accountId": "a", "discordId": 5}), CANARY)
    assert mistyped == UnknownEvent("ACCOUNT_KICKED", "a", {"accountId": "a", "discordId": 5})
    without = parse_event(json.dumps({"key": CANARY, "type": "ACCOUNT_KICKED"}), CANARY)
    assert without == UnknownEvent("ACCOUNT_KICKED", None, None)
    huge = parse_event(body("X", [10**30, 0.1]), CANARY)
    assert huge.data == [10**30, 0.1]


@pytest.mark.parametrize(
    ("given", "kind", "status", "words"),
    [
        (body("X", key="wrong"), "auth", 401, "`key`"),
        (body("X", key=None), "auth", 401, "`key`"),
        (body("X", key=[CANARY]), "auth", 401, "`key`"),
        ("{}", "auth", 401, "`key`"),
        (body(None), "malformed", 400, "`type`"),
        (body(""), "malformed", 400, "`type`"),
        (body(5), "malformed", 400, "`type`"),
        ("", "malformed", 400, "not JSON"),
        ("[]", "malformed", 400, "no JSON object"),
        (body("X")[:-1], "malformed", 400, "not JSON"),
        (b"\xff", "malformed", 400, "not JSON"),
        ("half of a pair \ud800", "malformed", 400, "not JSON"),
        (body("X").replace("X", "\udfff"), "malformed", 400, "not JSON"),
        (body("X").replace('{"key', '{"key":"a","key'), "malformed", 400, "more than once"),
        (
            body("X", [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]),
            "malformed",
            400,
            "32 levels",
        ),
        (body("X", [0] * 10_000), "malformed", 400, "10000 members"),
        (body("X", "x" * 262_144), "tooLarge", 413, "256 KiB"),
        (b"\xff" * 262_145, "tooLarge", 413, "256 KiB"),
    ],
)
def test_refusals(given: Any, kind: str, status: int, words: str) -> None:
    error = refused(given, kind, status, words)
    shown = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    # The values of the package's own variables, too, as crash reporters have them.
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    shown += repr([frame.f_locals for frame in frames if frame.f_code.co_filename != __file__])
    assert len(frames) > 2
    assert "c4nary" not in "".join([shown, repr(error), str(error), repr(pickle.dumps(error))])


@pytest.mark.parametrize(
    ("given", "key", "error", "named"),
    [
        (None, CANARY, TypeError, "body"),
        (5, CANARY, TypeError, "body"),
        ({"key": CANARY}, CANARY, TypeError, "body"),
        ([], CANARY, TypeError, "body"),
        ("{}", None, TypeError, "key"),
        ("{}", b"c4nary", TypeError, "key must be .*, not bytes"),
        ("{}", {CANARY}, TypeError, "key"),
        ("{}", [CANARY, 5], TypeError, "key"),
        ("{}", "", ValueError, "key"),
        ("{}", [], ValueError, "key"),
        ("{}", [CANARY, ""], ValueError, "key"),
        ("{}", " ", ValueError, "key"),
        ("{}", [CANARY, "K1\n"], ValueError, "key"),
        ("{}", "c4nary \ud800", ValueError, "key"),
    ],
)
def test_misuse(given: Any, key: Any, error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named) as caught:
        parse_event(given, key)
    assert not isinstance(caught.value, EventError)
    assert "c4nary" not in repr(caught.value)


def test_an_event_cannot_be_changed() -> None:
    for event in (parse_event(body("X"), CANARY), parse_event(body("ACCOUNT_KICKED", {}), CANARY)):
        for name in ("type", "accountId", "data", "more"):
            with pytest.raises(AttributeError, match=name):
                setattr(event, name, "other")
        with pytest.raises(AttributeError, match="data"):
            del event.data
        with pytest.raises(TypeError):
            hash(event)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_events_and_refusals_are_pickled_without_the_key(protocol: int) -> None:
    for name in ("X", "ACCOUNT_KICKED"):
        event = parse_event(body(name, {"accountId": "a"}), CANARY)
        pickled = pickle.dumps(event, protocol)
        assert pickle.loads(pickled) == event == copy.deepcopy(event)
        assert "c4nary" not in repr(pickled) + repr(event) + str(event)
    error = refused("{}", "auth", 401, "`key`")
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is EventError
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_events_show_their_fields_and_are_equal_by_them() -> None:
    event = parse_event(body("ACCOUNT_KICKED", {"accountId": "a"}), CANARY)
    assert repr(event) == "AccountKickedEvent(accountId='a', data={'accountId': 'a'})"
    assert event == sonoran.AccountKickedEvent("a", {"accountId": "a"})
    assert event != sonoran.AccountBannedEvent("a", {"accountId": "a"})
    assert event != ("a", {"accountId": "a"})
    assert repr(UnknownEvent("X", None, None)) == "UnknownEvent(type='X', accountId=None, data=None)"


names = st.sampled_from(["key", "type", "data", "accId", "accountId", "kind", "known"])
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(names | texts, inner, max_size=5),
    max_leaves=30,
)


@many
@given(st.binary(max_size=400))
def test_any_bytes_are_refused(given: bytes) -> None:
    with pytest.raises(EventError):
        parse_event(given, CANARY)


@many
@given(st.text(st.characters(), max_size=60) | st.text(st.characters(categories=["Cs"]), max_size=3))
def test_any_text_is_refused(given: str) -> None:
    with pytest.raises(EventError):
        parse_event(given, CANARY)
    with pytest.raises(EventError):
        parse_event(body("X").replace("X", json.dumps(given)[1:-1] + given), "another")


@many
@given(anything)
def test_any_json_without_the_key_is_refused(given: object) -> None:
    with pytest.raises(EventError) as caught:
        parse_event(json.dumps(given), CANARY)
    assert "c4nary" not in repr(caught.value)


@many
@given(texts.filter(bool) | st.sampled_from([event["type"] for event in EVENTS]), anything)
def test_any_data_with_the_key_pass_unchanged(event_type: str, data: object) -> None:
    event = parse_event(body(event_type, data), CANARY)
    assert event.type == event_type
    assert event.data == data
    assert type(event.data) is type(data)
    if isinstance(data, dict) and isinstance(data.get("accountId"), str):
        assert event.accountId == data["accountId"]
    assert "c4nary" not in repr(event)


@many
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), texts)
def test_a_key_passes_only_when_it_is_the_same(key: str, offered: str) -> None:
    assert parse_event(body("X", key=key), ["other", key]).type == "X"
    if offered != key:
        refused(body("X", key=offered), "auth", 401, "`key`", key)
