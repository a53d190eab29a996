"""Making an instance: both forms, every option, and where a server id comes from."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal
from email.message import Message
from http.client import HTTPMessage
from types import MappingProxyType
from typing import Any
from uuid import UUID

import httpx
import numpy
import pytest

from sonoran import Instance, productEnums
from sonoran.options import CmsOptions
from support import KEY, ZEROS, Emulator


def test_product_enums() -> None:
    assert {product.name: product.value for product in productEnums} == {"CAD": 0, "CMS": 1, "RADIO": 2}


def test_one_credential(emulator: Emulator) -> None:
    instance = Instance(
        apiKey=KEY, communityId="YOUR_COMMUNITY_ID", product=productEnums.CMS, serverId=1, apiUrl=emulator.url
    )
    assert instance.cms.getCommunityV2().success


def test_one_credential_for_each_product(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SONORAN_CMS_API_URL")
    instance = Instance(
        cmsApiKey=KEY, cmsCommunityId="YOUR_COMMUNITY_ID", cmsDefaultServerId=1, cmsApiUrl=emulator.url
    )
    assert instance.cms.getWhitelistV2().success
    assert emulator.journal()[0]["path"] == "/v2/community/servers/1/whitelist"


def test_the_address_comes_from_the_environment(emulator: Emulator) -> None:
    assert Instance(apiKey=KEY, communityId="YOUR_COMMUNITY_ID").cms.getCommunityV2().success
    assert len(emulator.journal()) == 1


def test_every_option_is_taken(emulator: Emulator) -> None:
    options: dict[str, Any] = {
        "apiHeaders": {"x-trace": "7"},
        "timeout": 20,
        "connectTimeout": 5.5,
        "deadline": 60,
        "retries": 1,
        "rateLimit": "error",
        "maxWait": 1,
        "ceilings": {"getCommunityV2": 5000},
        "rootCertificates": [],
        "idleTimeout": 2.5,
        "userAgentSuffix": "test/1",
        "debug": False,
        "throwErrors": True,
    }
    assert emulator.instance(**options).cms.getCommunityV2().success
    headers = emulator.journal()[0]["headers"]
    assert headers["x-trace"] == "7"
    assert headers["user-agent"].startswith("sonoran-python/")
    assert headers["user-agent"].endswith(" test/1")


PLAIN: dict[str, Any] = {"apiKey": KEY, "communityId": "YOUR_COMMUNITY_ID"}


@pytest.mark.parametrize("options", [PLAIN, MappingProxyType(PLAIN)], ids=["dict", "mapping"])
def test_one_object_of_options(options: Any, emulator: Emulator) -> None:
    assert Instance(options).cms.getCommunityV2().success
    # What is given by name wins, and None is not given.
    wrong: Any = {**options, "apiKey": "WRONG"}
    assert Instance(wrong, apiKey=KEY).cms.getCommunityV2().success
    assert Instance(options, apiKey=None, throwErrors=None).cms.getCommunityV2().success
    assert options == PLAIN


def test_the_credentials_of_all_products(emulator: Emulator) -> None:
    config: CmsOptions = {
        "product": productEnums.CMS,
        "cmsApiKey": KEY,
        "cmsCommunityId": "YOUR_COMMUNITY_ID",
        "cmsDefaultServerId": "1",
        "cadApiKey": "CAD_KEY",
        "cadCommunityId": "CAD",
        "cadDefaultServerId": 2,
        "cadApiUrl": "https://cad.example",
        "radioApiKey": "RADIO_KEY",
        "radioCommunityId": "RADIO",
        "radioDefaultServerId": None,
        "radioApiUrl": "https://radio.example",
        "radioServerUrl": "https://radio.example",
        "radioRoomId": 9,
        "roomId": "9",
    }
    instance = Instance(config, apiUrl=emulator.url)
    assert instance.cms.getWhitelistV2().success
    (request,) = emulator.journal()
    assert request["path"] == "/v2/community/servers/1/whitelist"
    assert "CAD" not in str(request)
    assert "RADIO" not in str(request)


def test_times_may_be_timedeltas_and_other_numbers(emulator: Emulator) -> None:
    times: list[Any] = [30, 30.0, timedelta(seconds=30), Decimal(30), numpy.int64(30), numpy.float32(30)]
    for time in times:
        instance = emulator.instance(timeout=time, idleTimeout=time, maxWait=time)
        assert instance.cms.getCommunityV2(timeout=time, deadline=time, maxWait=time).success
    # Who gives the unit too means it, and who waits for slots may do so for hours.
    long = emulator.instance(timeout=timedelta(hours=2), deadline=7200, maxWait=7200)
    assert long.cms.getCommunityV2(timeout=timedelta(hours=2), maxWait=7200).success
    emulator.fault(operation="getCommunityV2", delay=2000)
    response = emulator.instance().cms.getCommunityV2(timeout=timedelta(milliseconds=100), retries=0)
    assert response.error is not None
    assert response.error.kind == "timeout"


@pytest.mark.parametrize("server", ["7", 7, 7.0, numpy.int32(7), numpy.float32(7)], ids=repr)
def test_a_server_id_in_any_form(server: Any, emulator: Emulator) -> None:
    emulator.instance(serverId=server).cms.getWhitelistV2()
    emulator.instance().cms.getWhitelistV2(server)
    assert [request["path"] for request in emulator.journal()] == ["/v2/community/servers/7/whitelist"] * 2


def test_a_community_id_may_be_a_uuid(emulator: Emulator) -> None:
    Instance(apiKey=KEY, communityId=UUID(ZEROS)).cms.getGameServers()
    assert emulator.journal()[0]["body"]["id"] == ZEROS


def headers_of(kind: type[Any]) -> Any:
    headers = kind()
    headers["X-Trace"] = "7"
    return headers


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Trace": "7"},
        [("X-Trace", "7")],
        (("X-Trace", "7") for _ in range(1)),
        headers_of(Message),
        headers_of(HTTPMessage),
        headers_of(httpx.Headers),
    ],
    ids=lambda headers: type(headers).__name__,
)
def test_headers_in_any_form(headers: Any, emulator: Emulator) -> None:
    emulator.instance(apiHeaders=headers).cms.getCommunityV2()
    assert emulator.journal()[0]["headers"]["x-trace"] == "7"


def test_a_header_that_is_given_twice(emulator: Emulator) -> None:
    headers = headers_of(Message)
    headers["x-trace"] = "8"
    emulator.instance(apiHeaders=headers).cms.getCommunityV2()
    assert emulator.journal()[0]["headers"]["x-trace"] == "7, 8"


@pytest.mark.parametrize("address", ["localhost:8642", "http://", "nonsense", " "])
def test_a_malformed_address_in_the_environment(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONORAN_CMS_API_URL", address)
    with pytest.raises(ValueError, match="SONORAN_CMS_API_URL"):
        Instance(apiKey=KEY, communityId="C")


@pytest.mark.skipif(not os.supports_bytes_environ, reason="this system's environment is text")
def test_an_address_that_is_no_text_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONORAN_CMS_API_URL", "")
    os.environb[b"SONORAN_CMS_API_URL"] = b"http://127.0.0.1:8642/\xff"
    with pytest.raises(ValueError, match="SONORAN_CMS_API_URL"):
        Instance(apiKey=KEY, communityId="C")


def test_an_instance_that_could_not_be_made_can_be_shown() -> None:
    instance = Instance.__new__(Instance)
    with pytest.raises(TypeError):
        instance.__init__(apiKye=KEY)  # type: ignore[misc]
    assert repr(instance) == "Instance(not made)"


def test_none_is_left_out(emulator: Emulator) -> None:
    options: dict[str, Any] = {"timeout": None, "proxy": None, "serverId": None}
    assert emulator.instance(**options).cms.getCommunityV2().success


def test_a_server_id_left_out_is_the_instances(emulator: Emulator) -> None:
    instance = emulator.instance(serverId=7)
    instance.cms.createActivityV2(payload={"accId": ZEROS})
    instance.cms.createActivityV2(None, {"accId": ZEROS})
    instance.cms.startActivityV2()
    instance.cms.getCurrentSessionV2()
    instance.cms.startSessionV2({"accId": ZEROS})
    instance.cms.getWhitelistV2(3)
    first, second, third, fourth, fifth, sixth = emulator.journal()
    assert first["path"] == second["path"] == "/v2/community/servers/7/activity"
    assert third["path"] == "/v2/community/servers/7/activity/start"
    assert fourth["query"] == {"serverId": "7"}
    assert fifth["body"] == {"accId": ZEROS, "serverId": 7}
    assert sixth["path"] == "/v2/community/servers/3/whitelist"


def test_as_a_context_it_is_closed_at_the_end(emulator: Emulator) -> None:
    with emulator.instance() as instance:
        assert instance.cms.getCommunityV2().success
    with pytest.raises(RuntimeError, match="closed"):
        instance.cms.getCommunityV2()


def test_debug_tells_each_attempt_without_the_key(
    emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    emulator.instance(debug=True).cms.getCommunityV2()
    told = capfd.readouterr().err
    assert "getCommunityV2" in told
    assert KEY not in told


def test_a_product_of_none_is_not_given() -> None:
    options: Any = {"apiKey": "KEY", "communityId": "C", "product": None}
    assert "productEnums.CMS" in repr(Instance(options))
    assert "productEnums.CMS" in repr(Instance(**options))
