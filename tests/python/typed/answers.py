"""What an answer is known to be, once a program has asked; see consumer.py."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Literal

from sonoran import AsyncInstance, Failed, Failure, Instance, SonoranResponse, Succeeded
from sonoran.types import Account, ErrorKind, VerifyWhitelistPayload

if TYPE_CHECKING:
    from typing_extensions import Never, assert_type

instance = Instance(apiKey="KEY", communityId="C")
raising = Instance(apiKey="KEY", communityId="C", throwErrors=True)


def either(account_id: str) -> None:
    response = instance.cms.getAccountV2(account_id)
    assert_type(response, "Succeeded[Account] | Failed")
    if response:
        assert_type(response.data, Account)
        assert_type(response.error, None)
        assert_type(response.unwrap(), Account)
    else:
        assert_type(response.data, None)
        assert_type(response.error, Failure)
        assert_type(response.error.kind, ErrorKind)
        assert_type(response.reason, str)


def asked_for_its_success(account_id: str) -> None:
    response = instance.cms.getAccountV2(account_id)
    if response.success:
        # pyright follows no field by itself, other than mypy.
        assert_type(response.data, Account)  # pyright: ignore[reportAssertTypeFailure]
    if response.success is True:
        assert_type(response.data, Account)
    else:
        assert_type(response.error, Failure)
    if response.error is None:
        assert_type(response, Succeeded[Account])


def asked_for_its_class(response: SonoranResponse[Account]) -> str:
    if isinstance(response, Failed):
        return response.reason
    assert_type(response.unwrap(), Account)
    # Both halves may be in it.
    response.data["accName"]  # type: ignore[index]  # pyright: ignore[reportOptionalSubscript]
    return ""


def returned(account_id: str) -> Succeeded[Account] | Failed:
    return instance.cms.getAccountV2(account_id)


def more_general(response: SonoranResponse[object]) -> bool:
    return bool(response)


more_general(instance.cms.getAccountV2("account"))
whole: SonoranResponse[int | str] = SonoranResponse(True, 5)
wrong: SonoranResponse[int] = instance.cms.getAccountV2("account")  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]


def raised(account_id: str) -> None:
    assert_type(raising, Instance[Never])
    assert_type(raising.cms.getAccountV2(account_id), Succeeded[Account])
    raising.cms.getAccountV2(account_id).data["accName"]


def takes_any(given: Instance) -> None:
    assert_type(given.cms.getAccountV2("account"), "Succeeded[Account] | Failed")


takes_any(instance)
takes_any(raising)


def not_known(throws: bool, options: dict[str, Any]) -> None:
    assert_type(Instance(apiKey="KEY", communityId="C", throwErrors=throws), Instance)
    Instance(**options)


async def awaited(account_id: str) -> None:
    async with AsyncInstance(apiKey="KEY", communityId="C") as client:
        response = await client.cms.getAccountV2(account_id)
        assert_type(response, "Succeeded[Account] | Failed")
        if response:
            assert_type(response.data, Account)
        await client.cms.getAccountV2(account_id, timout=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    async with AsyncInstance({"cmsApiKey": "KEY", "cmsCommunityId": "C"}, throwErrors=True) as client:
        await asyncio.gather(client.cms.getAccountV2(account_id), client.cms.getCommunityV2())
    loud = AsyncInstance(apiKey="KEY", communityId="C", throwErrors=True)
    assert_type(await loud.cms.getAccountV2(account_id), Succeeded[Account])
    AsyncInstance(apiKey="KEY")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]


async def in_a_thread(payload: VerifyWhitelistPayload) -> None:
    response = await asyncio.to_thread(instance.cms.verifyWhitelistV2, 1, {"apiId": "API_ID"})
    assert_type(response, "Succeeded[str] | Failed")
    await asyncio.to_thread(instance.cms.verifyWhitelistV2, payload=payload, timeout=5)
    await asyncio.to_thread(instance.cms.verifyWhitelistV2, 1, {"apId": "API_ID"})  # type: ignore[typeddict-unknown-key]  # pyright: ignore[reportArgumentType]
    await asyncio.to_thread(instance.cms.getAccountV2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def named() -> None:
    instance.rateLimit("getAccountV2")
    instance.rateLimit("getAcountV2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    instance.cms.clockAccountV2("account", {"intention": "in"})
    instance.cms.clockAccountV2("account", {"intention": "inn"})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
    mode: Literal["wait", "error"] = "error"
    instance.cms.getCommunityV2(rateLimit=mode)
