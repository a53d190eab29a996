"""A program as its author's type checker sees it. A comment that ignores an error is itself an error
where there is none, so this holds both what must pass and what must not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from email.message import Message
from typing import Any, NamedTuple
from uuid import UUID

from sonoran import (
    AsyncInstance,
    Failure,
    Instance,
    NotFoundError,
    SonoranError,
    SonoranResponse,
    productEnums,
)
from sonoran.types import Account, AccountPage, GetAccountsQuery, SetAccountRanksPayload, V1Account

instance = Instance(
    apiKey="KEY", communityId="C", product=productEnums.CMS, serverId=1, timeout=2.5, rateLimit="error"
)
Instance(
    {"apiKey": "KEY", "cadApiKey": None, "communityId": UUID(int=0)},
    serverId="1",
    timeout=timedelta(seconds=5),
)
Instance(
    apiKey="KEY",
    communityId="C",
    apiHeaders=[("x-trace", "7")],
    maxWait=60,
    cadApiKey="KEY",
    allowPlainHttp=True,
)
Instance(apiKey="KEY", communityId="C", apiHeaders=Message(), ceilings={"v1": 30, "getAccountV2": 5})
Instance(cmsApiKey="KEY", cmsCommunityId="C", cmsDefaultServerId="1", cadApiKey="KEY", throwErrors=True)
Instance({"cmsApiKey": "KEY", "cmsCommunityId": "C", "cmsApiUrl": "https://example.com"}, timeout=5)
Instance({"retries": 1}, apiKey="KEY", communityId="C")
# What is missing, misspelt or of another type.
Instance()  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Instance(apiKey="KEY")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Instance(cmsApiKey="KEY", communityId="C")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Instance(apiKye="KEY", communityId="C")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Instance(apiKey=5, communityId="C")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
Instance(apiKey="KEY", communityId="C", timout=5)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Instance(apiKey="KEY", communityId="C", rateLimit="maybe")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
Instance(apiKey="KEY", communityId="C", ceilings={"getAcountV2": 5})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
Instance({"apiKey": "KEY"})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
Instance({"apiKey": "KEY", "communityId": "C", "timout": 5})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


def answers(account_id: UUID) -> str | None:
    response: SonoranResponse[Account] = instance.cms.getAccountV2(account_id, timeout=5, retries=0)
    if response.data is not None:
        name: str = response.data["accName"]
        response.data["accNmae"]  # type: ignore[typeddict-item]  # pyright: ignore[reportGeneralTypeIssues]
        return name
    failure: Failure | None = response.error
    if failure and failure.retryAfter is not None:
        seconds: float = failure.retryAfter
        print(seconds, failure.problem, failure.kndi)  # type: ignore[attr-defined]  # pyright: ignore
        refusal: str | None = failure.refusal
        print(refusal, failure.traceId)
    if response:
        waited: float = response.waited
        fields: dict[str, Any] = response.to_dict()
        print(waited, response.attempts, response.requestId, fields)
    instance.cms.getAccountV2(account_id, timeout=timedelta(seconds=5), maxWait=1.5, rateLimit="error")
    instance.cms.getAccountV2(account_id, rateLimit="maybe")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return response.reason


def payloads(account_id: str) -> None:
    payload: SetAccountRanksPayload = {"add": ["rank-1"]}
    instance.cms.setAccountRanksV2(account_id, payload)
    instance.cms.setAccountRanksV2(account_id, {"accId": account_id, "add": ["rank-1"], "active": True})
    instance.cms.setAccountRanksV2(account_id, {"add": "rank-1"})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
    instance.cms.setAccountRanksV2(account_id)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    instance.cms.setAccountRanksV2(account_id, payload, retires=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    instance.cms.setAccountNameV2(account_id, {})  # type: ignore[typeddict-item]  # pyright: ignore[reportArgumentType]
    query: GetAccountsQuery = {"take": 25}
    page: AccountPage = instance.cms.getAccountsV2(query).unwrap()
    print([item["accName"] for item in page["items"]])
    instance.cms.getAccountsV2()


class RankRow(NamedTuple):
    account: str
    changes: dict[str, Any]


def many(ids: list[str]) -> None:
    calls = [(one, {"accId": one, "add": ["rank-1"]}) for one in ids]
    for result in instance.map(instance.cms.setAccountRanksV2, calls, concurrency=4, timeout=5):
        if result.response:
            changed: Account = result.response.data
            print(changed)
    for found in instance.map(instance.cms.getAccountV2, ids):
        failure: Failure | None = found.response.error
        print(failure)
    for taken in instance.map("getAccountV2", ids):
        print(taken.arguments, taken.response.reason)
    ended = instance.map(instance.cms.getAccountV2, ids)
    ended.close()
    typed: list[tuple[str, SetAccountRanksPayload]] = [(ids[0], {"accId": ids[0], "ad": []})]  # type: ignore  # pyright: ignore
    instance.map(instance.cms.setAccountRanksV2, typed)
    instance.map(instance.cms.setAccountRanksV2, [RankRow(one, {"add": ["rank-1"]}) for one in ids])
    instance.map(instance.cms.getAccountsV2, [{"take": 5}])
    instance.map(instance.cms.getAccounts, [({"take": 5},)])
    instance.map(instance.cms.verifyWhitelistV2, ((None, {"apiId": one}) for one in ids))
    instance.map(instance.cms.getCommunityV2, [()])
    instance.map(instance.cms.setAccountRanks, [({"add": ["rank-1"]}, None, None, None)])
    instance.map(instance.cms.setAccountRanksV2, ids)  # type: ignore  # pyright: ignore
    instance.map(instance.cms.getAccountV2, [b"bytes"])  # type: ignore  # pyright: ignore
    instance.map(instance.cms.getAccountV2, [("one", "two")])  # type: ignore  # pyright: ignore
    instance.map("getAcountV2", ids)  # type: ignore  # pyright: ignore
    instance.map("getAccountV2", ids, timout=5)  # type: ignore  # pyright: ignore


async def many_awaited(client: AsyncInstance, ids: list[str]) -> None:
    async for result in client.map(client.cms.getAccountV2, ids):
        if result.response:
            account: Account = result.response.data
            print(account)
    ended = client.map(client.cms.getAccountV2, ids)
    await ended.aclose()
    client.map(client.cms.getAccountV2, [("one", "two")])  # type: ignore  # pyright: ignore


def servers(account_id: str) -> None:
    instance.cms.createActivityV2(1, {"accId": account_id})
    instance.cms.createActivityV2(None, {"accId": account_id})
    instance.cms.createActivityV2(serverId="1", payload={"accId": account_id}, deadline=10)
    instance.cms.createActivityV2(payload={"accId": account_id}, timeout=5)
    instance.cms.createActivityV2(1)
    instance.cms.getCurrentSessionV2()
    instance.cms.startActivityV2(None)


def version_one(account_id: str) -> None:
    account: SonoranResponse[V1Account] = instance.cms.getComAccount({"accId": account_id})
    print(account.data)
    instance.cms.getComAccount(accId=account_id, timeout=5)
    instance.cms.getComAccount({"accId": account_id}, accId=account_id)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    instance.cms.getComAccount(acId=account_id)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    instance.cms.setAccountRanks({"add": ["rank-1"]}, None, account_id)
    instance.cms.setAccountRanks(add=["rank-1"], accId=account_id)
    instance.cms.setFormLockStatus(1, True)
    instance.cms.setFormLockStatus(1, "yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    instance.cms.startSession(None, account_id)
    instance.cms.startSession(accId=account_id)
    instance.cms.addGameServers([{"name": "New"}])
    instance.cms.verifyWhitelist("SOME_API_ID")
    instance.cms.verifyWhitelist({"apiId": "SOME_API_ID"})
    instance.cms.verifyWhitelist(7)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    instance.cms.getAccounts()
    instance.cms.getAccounts(take=50)


def nothing() -> None:
    cancelled: SonoranResponse[None] = instance.cms.cancelSessionV2({"serverId": 1})
    print(cancelled.success, cancelled.status)


def exceptions(account_id: str) -> dict[str, Any] | None:
    try:
        instance.cms.getAccountV2(account_id).unwrap()
    except NotFoundError:
        return None
    except SonoranError as error:
        print(error.kind, error.status, error.outcomeUnknown, error.refusal, error.to_dict())
        return error.problem
    return {}


def no_such_method(ids: Mapping[str, str]) -> None:
    for one in ids.values():
        instance.cms.getAcountV2(one)  # type: ignore[attr-defined]  # pyright: ignore
