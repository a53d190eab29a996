"""Misuse is refused with Python's own errors, names the argument, and sends nothing."""

from __future__ import annotations

import asyncio
import pickle
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from weakref import ref

import pytest

from sonoran import Instance, productEnums
from support import KEY, ZEROS, Emulator

CREDENTIAL: dict[str, Any] = {"apiKey": KEY, "communityId": "YOUR_COMMUNITY_ID"}


@pytest.mark.parametrize(
    ("options", "error", "named"),
    [
        ({"communityId": "C"}, TypeError, "apiKey"),
        ({"apiKey": KEY}, TypeError, "communityId"),
        ({**CREDENTIAL, "apiKey": ""}, ValueError, "apiKey"),
        ({**CREDENTIAL, "apiKey": "two\nlines"}, ValueError, "apiKey"),
        ({**CREDENTIAL, "apiKey": 5}, TypeError, "apiKey"),
        ({**CREDENTIAL, "apiKey": b"bytes"}, TypeError, "apiKey"),
        ({**CREDENTIAL, "communityId": ""}, ValueError, "communityId"),
        ({**CREDENTIAL, "product": productEnums.CAD}, ValueError, "product"),
        ({**CREDENTIAL, "product": 9}, ValueError, "product"),
        (
            {**CREDENTIAL, "product": "CMS"},
            TypeError,
            "product must be .* productEnums.CMS, not the text 'CMS'",
        ),
        ({**CREDENTIAL, "serverId": "one"}, ValueError, "serverId"),
        ({**CREDENTIAL, "serverId": 1.5}, ValueError, "serverId"),
        ({**CREDENTIAL, "cadApiKey": 5}, TypeError, "cadApiKey"),
        ({**CREDENTIAL, "communityId": {"C"}}, TypeError, "communityId is of type set"),
        ({**CREDENTIAL, "apiUrl": "http://example.com"}, ValueError, "apiUrl"),
        ({**CREDENTIAL, "cmsApiUrl": "http://example.com"}, ValueError, "^cmsApiUrl must be https"),
        ({**CREDENTIAL, "onAttemp": print}, TypeError, "^onAttemp is not an option: did you mean onAttempt?"),
        ({**CREDENTIAL, "timeout": print}, TypeError, "^timeout must be"),
        ({**CREDENTIAL, "apiUrl": "https://user:word@example.com"}, ValueError, "apiUrl"),
        ({**CREDENTIAL, "apiHeaders": {"bad name": "1"}}, ValueError, "apiHeaders"),
        ({**CREDENTIAL, "apiHeaders": {"x": "two\nlines"}}, ValueError, "apiHeaders"),
        (
            {**CREDENTIAL, "apiHeaders": {"x": "half \ud800"}},
            ValueError,
            "apiHeaders.x must be whole Unicode text",
        ),
        (
            {**CREDENTIAL, "apiHeaders": "x: 1"},
            TypeError,
            "apiHeaders must be a mapping or a sequence of pairs",
        ),
        ({**CREDENTIAL, "apiHeaders": ["x: 1"]}, TypeError, "apiHeaders must have a name and a value"),
        ({**CREDENTIAL, "apiHeaders": 5}, TypeError, "apiHeaders must be a mapping"),
        ({**CREDENTIAL, "apiHeaders": [5]}, TypeError, "apiHeaders must have a name and a value"),
        ({**CREDENTIAL, "apiHeaders": ["xy"]}, TypeError, "apiHeaders must have a name and a value"),
        ({**CREDENTIAL, "apiHeaders": {"x": b"1"}}, TypeError, "apiHeaders.x is of type bytes"),
        ({**CREDENTIAL, "maxWait": -1}, ValueError, "maxWait"),
        ({**CREDENTIAL, "deadline": 10**400}, ValueError, "deadline must be a finite"),
        ({**CREDENTIAL, "deadline": timedelta(days=8)}, ValueError, "deadline"),
        ({**CREDENTIAL, "apiKey": "half \ud800"}, ValueError, "apiKey must be whole Unicode text"),
        ({**CREDENTIAL, "timeout": 0}, ValueError, "timeout"),
        ({**CREDENTIAL, "timeout": -1}, ValueError, "timeout"),
        ({**CREDENTIAL, "timeout": float("nan")}, ValueError, "timeout"),
        ({**CREDENTIAL, "timeout": "30"}, TypeError, "timeout"),
        (
            {**CREDENTIAL, "timeout": 30000},
            ValueError,
            "timeout is in seconds, and 30000 of them are more than an hour: 30000 milliseconds are 30;",
        ),
        ({**CREDENTIAL, "connectTimeout": 10_000.0}, ValueError, "connectTimeout is in seconds"),
        ({**CREDENTIAL, "idleTimeout": 4000}, ValueError, "4000 milliseconds are 4;"),
        ({**CREDENTIAL, "rateWindow": 6000}, ValueError, "rateWindow is in seconds, and 6000 of them"),
        ({**CREDENTIAL, "timeout": True}, TypeError, "timeout"),
        ({**CREDENTIAL, "retries": 1.5}, ValueError, "retries"),
        ({**CREDENTIAL, "retries": -1}, ValueError, "retries"),
        ({**CREDENTIAL, "rateLimit": "maybe"}, ValueError, "rateLimit"),
        ({**CREDENTIAL, "ceilings": {"noSuchMethod": 1}}, ValueError, "noSuchMethod"),
        (
            {**CREDENTIAL, "apiUrl": "https://example.com", "rootCertificates": ["none"]},
            ValueError,
            "rootCertificates",
        ),
        ({**CREDENTIAL, "debug": "yes"}, TypeError, "debug"),
        ({**CREDENTIAL, "throwErrors": 1}, TypeError, "throwErrors"),
        ({**CREDENTIAL, "userAgentSuffix": "half of a pair \ud800"}, ValueError, "userAgentSuffix"),
        ({**CREDENTIAL, "apiKye": KEY}, TypeError, "apiKye"),
    ],
)
def test_options(options: dict[str, Any], error: type[Exception], named: str, emulator: Emulator) -> None:
    with pytest.raises(error, match=named):
        Instance(**options)
    assert emulator.journal() == []


@pytest.mark.parametrize(
    ("method", "arguments", "error", "named"),
    [
        ("getAccountV2", ["not-a-uuid"], ValueError, "accountId"),
        ("getAccountV2", [""], TypeError, "accountId"),
        ("getAccountV2", [None], TypeError, "accountId"),
        ("getAccountV2", [True], TypeError, "accountId"),
        ("getAccountV2", [1.5], ValueError, "accountId"),
        ("getAccountV2", [{"accId": ZEROS}], TypeError, "accountId"),
        ("getAccountV2", [b"bytes"], TypeError, "accountId"),
        ("getAccountV2", ["half of a pair \ud800"], ValueError, "accountId"),
        ("getAccountV2", [], TypeError, "accountId"),
        ("getAccountV2", [ZEROS, ZEROS], TypeError, "positional"),
        ("resolveDiscordAccountV2", [""], ValueError, "discordId"),
        ("resolveDiscordAccountV2", [".."], ValueError, "discordId"),
        ("resolveDiscordAccountV2", ["a\nb"], ValueError, "discordId"),
        ("getFormLockV2", ["one"], ValueError, "templateId"),
        ("getWhitelistV2", [{"accId": ZEROS}], TypeError, "serverId"),
        ("createActivityV2", [{"accId": ZEROS}], TypeError, "serverId"),
        ("setAccountNameV2", [ZEROS], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, None], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, "Name"], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, [("newName", "Name")]], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, 5], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, {"newName": object()}], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, {"newName": {"a", "set"}}], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, {("a", "tuple"): 1}], TypeError, "payload"),
        ("setAccountNameV2", [ZEROS, {"newName": float("nan")}], ValueError, "payload"),
        ("setAccountNameV2", [ZEROS, {"newName": "half of a pair \ud800"}], ValueError, "payload"),
        ("getAccountsV2", [25], TypeError, "query"),
        ("getAccountsV2", [["take"]], TypeError, "query"),
        ("getComAccount", [], TypeError, "params"),
        ("getComAccount", [{}], ValueError, "params"),
        ("getComAccount", [[{"apiId": "a"}]], TypeError, "params"),
        ("addGameServers", [], TypeError, "servers"),
        ("addGameServers", [[]], ValueError, "servers"),
        ("addGameServers", [["one"]], TypeError, "servers"),
        ("addGameServers", ["one"], TypeError, "servers"),
        ("addGameServers", [{"name": "one"}], TypeError, "servers"),
        ("setFormLockStatus", [1], TypeError, "state"),
        ("setFormLockStatus", [1, "maybe"], ValueError, "state"),
        ("setFormLockStatus", [True, True], TypeError, "templateId"),
        ("setFormLockStatus", [1, 1.5], ValueError, "state"),
        ("startSession", [1], TypeError, "accId"),
        ("verifyWhitelist", [], TypeError, "data"),
        ("verifyWhitelist", [7], TypeError, "data must be a str or a mapping"),
        ("verifyWhitelist", [True], TypeError, "data"),
        ("verifyWhitelist", [b"SOME_API_ID"], TypeError, "data"),
        ("verifyWhitelist", [["SOME_API_ID"]], TypeError, "data"),
        ("verifyWhitelist", ["half of a pair \ud800"], ValueError, "data"),
        ("verifyWhitelist", [""], ValueError, "data"),
        ("verifyWhitelist", [{}], ValueError, "data"),
        ("getComAccount", ["SOME_API_ID"], TypeError, "params must be a mapping"),
    ],
)
def test_arguments(
    method: str,
    arguments: list[Any],
    error: type[Exception],
    named: str,
    instance: Instance,
    emulator: Emulator,
) -> None:
    with pytest.raises(error, match=named):
        getattr(instance.cms, method)(*arguments)
    assert emulator.journal() == []


@pytest.mark.parametrize("name", ["timeout", "deadline", "retries", "signal", "maxWait", "rateLimit"])
def test_options_of_a_call_in_the_wrong_place(name: str, instance: Instance, emulator: Emulator) -> None:
    misplaced: Any = {name: 5}
    with pytest.raises((TypeError, ValueError), match=f"^query.{name} is a call option"):
        instance.cms.getAccountsV2(misplaced)
    with pytest.raises((TypeError, ValueError), match=f"^query.{name} is a call option"):
        instance.cms.getCurrentClockInV2(ZEROS, misplaced)
    with pytest.raises((TypeError, ValueError), match=f"^payload.{name} is a call option"):
        instance.cms.setAccountNameV2(ZEROS, {"newName": "Name", **misplaced})
    assert emulator.journal() == []


@pytest.mark.parametrize("options", ["YOUR_API_KEY", 5, [("apiKey", "KEY")], b"KEY"])
def test_what_is_no_object_of_options(options: Any) -> None:
    with pytest.raises(TypeError, match=r"options must be a mapping such as a dict, not .*apiKey=") as caught:
        Instance(options)
    assert KEY not in str(caught.value)


def test_a_payload_that_holds_itself(instance: Instance, emulator: Emulator) -> None:
    payload: dict[str, Any] = {}
    payload["newName"] = payload
    with pytest.raises(ValueError, match="payload"):
        instance.cms.setAccountNameV2(ZEROS, payload)  # type: ignore[arg-type]
    assert emulator.journal() == []


@pytest.mark.parametrize(
    ("options", "error", "named"),
    [
        ({"timeout": 0}, ValueError, "timeout"),
        ({"timeout": "5"}, TypeError, "timeout"),
        ({"timeout": 5000}, ValueError, "timeout is in seconds, and 5000 of them are more than an hour"),
        ({"deadline": float("inf")}, ValueError, "deadline"),
        ({"deadline": False}, TypeError, "deadline"),
        ({"retries": -1}, ValueError, "retries"),
        ({"retries": "2"}, TypeError, "retries"),
        ({"patience": 1}, TypeError, "patience"),
        ({"maxWait": "long"}, TypeError, "maxWait"),
        ({"maxWait": timedelta(seconds=-1)}, ValueError, "maxWait"),
        ({"rateLimit": "maybe"}, ValueError, "rateLimit"),
        ({"rateLimit": {"off"}}, TypeError, "rateLimit is of type set"),
    ],
)
def test_options_of_a_call(
    options: dict[str, Any], error: type[Exception], named: str, instance: Instance, emulator: Emulator
) -> None:
    with pytest.raises(error, match=named):
        instance.cms.getCommunityV2(**options)
    assert emulator.journal() == []


def test_a_key_in_the_wrong_place_is_not_repeated() -> None:
    for options in ({"timeout": "sk-canary"}, {"apiKey": "sk-canary\n"}, {"rateLimit": ["sk-canary"]}):
        with pytest.raises((TypeError, ValueError)) as caught:
            Instance(**{**CREDENTIAL, **options})
        assert "canary" not in repr(caught.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("get_account_v2", "instance.cms has no method get_account_v2: did you mean getAccountV2?"),
        ("getAcountV2", "instance.cms has no method getAcountV2: did you mean getAccountV2?"),
        ("GetAccountV2", "instance.cms has no method GetAccountV2: did you mean getAccountV2?"),
        ("xyz", "instance.cms has no method xyz"),
    ],
)
def test_a_method_that_is_not_there(name: str, message: str, instance: Instance) -> None:
    with pytest.raises(AttributeError) as caught:
        getattr(instance.cms, name)
    assert str(caught.value) == message
    assert not hasattr(instance.cms, name)


class Bot(Instance):
    """Has attributes of its own."""

    timeout = 5


def test_options_are_given_when_an_instance_is_made(emulator: Emulator) -> None:
    for instance in (emulator.instance(), emulator.async_instance()):
        for name, value in (("timeout", 0.001), ("rateLimit", "off"), ("throwErrors", True), ("retires", 1)):
            with pytest.raises(AttributeError, match=f"{name}: options are given when it is made"):
                setattr(instance, name, value)
        for replaced in ("cms", "map", "rateLimit"):
            with patch.object(instance, replaced) as stand_in:
                assert getattr(instance, replaced) is stand_in
        assert ref(instance)() is instance
    with patch.object(type(emulator.instance().cms), "getCommunityV2", return_value=5):
        assert emulator.instance().cms.getCommunityV2() == 5
    bot = Bot(**CREDENTIAL)
    bot.timeout = 6
    assert bot.timeout == 6


STAND_IN: Any = {"success": True}


def test_methods_can_be_replaced_and_put_back(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    instance, awaited = emulator.instance(), emulator.async_instance()

    async def call() -> Any:
        return await awaited.cms.getAccountV2(ZEROS)

    with patch.object(instance.cms, "getAccountV2", return_value=STAND_IN) as stand_in:
        assert instance.cms.getAccountV2(ZEROS) is STAND_IN
        stand_in.assert_called_once_with(ZEROS)
        for mapped in ("getAccountV2", stand_in):
            with pytest.raises(TypeError, match=r"^method "):
                instance.map(mapped, [ZEROS])
    with patch.object(awaited.cms, "getAccountV2", return_value=STAND_IN) as stand_in:
        assert asyncio.run(call()) is STAND_IN
        stand_in.assert_awaited_once_with(ZEROS)
    for cms in (instance.cms, awaited.cms):
        with monkeypatch.context() as context:
            context.setattr(cms, "getAccountV2", lambda account: account)
            assert cms.getAccountV2("a") == "a"
    assert emulator.journal() == []
    assert instance.cms.getAccountV2(ZEROS).success
    assert asyncio.run(call()).success
    assert [each.response.success for each in instance.map("getAccountV2", [ZEROS])] == [True]


def test_anything_else_of_a_cms_stays_refused(emulator: Emulator) -> None:
    both: list[Any] = [emulator.instance().cms, emulator.async_instance().cms]
    for cms in both:
        for name in ("timeout", "getAcountV2", "_client", "__class__"):
            with pytest.raises(AttributeError, match=f"takes no attribute {name}"):
                setattr(cms, name, print)
        with pytest.raises(AttributeError, match="did you mean getAccountV2"):
            cms.getAcountV2 = print
        with pytest.raises(AttributeError, match="is a method"):
            cms.getAccountV2 = STAND_IN


def test_an_instance_stays_in_its_process(instance: Instance) -> None:
    with pytest.raises(TypeError, match=r"^an Instance cannot be pickled: make one per process$"):
        pickle.dumps(instance)
