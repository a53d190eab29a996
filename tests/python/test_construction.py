"""Making an instance: both forms, every option, and where a server id comes from."""

from __future__ import annotations

from typing import Any

import pytest

from sonoran import Instance, productEnums
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
        "ceilings": {"getCommunityV2": 5},
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


def test_as_a_context_it_closes_and_can_be_used_again(emulator: Emulator) -> None:
    with emulator.instance() as instance:
        assert instance.cms.getCommunityV2().success
    assert instance.cms.getCommunityV2().success


def test_debug_tells_each_attempt_without_the_key(
    emulator: Emulator, capfd: pytest.CaptureFixture[str]
) -> None:
    emulator.instance(debug=True).cms.getCommunityV2()
    told = capfd.readouterr().err
    assert "getCommunityV2" in told
    assert KEY not in told
