"""Failures of the service and the network: in the response, or raised where that was asked for."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

import sonoran
from sonoran import Instance, SonoranError
from sonoran.types import ErrorKind
from support import UNKNOWN, ZEROS, Emulator, failed, silent_server


def test_a_wrong_key(emulator: Emulator) -> None:
    response = emulator.instance(apiKey="WRONG_KEY").cms.getCommunityV2()
    failed(response, "auth")
    assert response.status == 401
    assert response.error is not None
    assert response.error.problem is not None
    assert response.reason == response.error.problem["detail"]
    assert response.error.attempts == 1
    assert response.error.operation == "getCommunityV2"
    assert response.error.outcomeUnknown is False
    assert response.error.requestId


def test_an_unknown_id(instance: Instance) -> None:
    response = instance.cms.getAccountV2(UNKNOWN)
    failed(response, "notFound")
    assert response.status == 404


def test_a_payload_that_the_service_refuses(instance: Instance) -> None:
    response = instance.cms.setAccountNameV2(ZEROS, {"newName": 5})  # type: ignore[typeddict-item]
    failed(response, "api")
    assert response.error is not None
    assert response.status == 400
    assert "newName" in str(response.error.problem)


def test_a_rate_limit(emulator: Emulator) -> None:
    instance = emulator.instance(rateLimit="error", ceilings={"getSubVersionV2": 1})
    assert instance.cms.getSubVersionV2().success
    response = instance.cms.getSubVersionV2()
    failed(response, "rateLimited")
    assert response.error is not None
    assert response.error.retryAfter is not None
    assert 50 < response.error.retryAfter <= 61
    assert len(emulator.journal()) == 1


def test_a_429(emulator: Emulator, instance: Instance) -> None:
    answer = {"status": 429, "headers": {"retry-after": "300"}, "body": {"detail": "Too many."}}
    emulator.fault(action={"type": "respond", **answer})
    response = instance.cms.getCommunityV2()
    failed(response, "rateLimited")
    assert response.error is not None
    assert (response.status, response.reason, response.error.retryAfter) == (429, "Too many.", 300.0)


def test_a_retry_that_succeeds(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(action={"type": "respond", "status": 503, "body": {"detail": "Not now."}})
    assert instance.cms.getCommunityV2().success
    assert len(emulator.journal()) == 2


def test_no_connection() -> None:
    # It has its port, so that nobody else gets it, and does not listen.
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        instance = Instance(apiKey="KEY", communityId="C", apiUrl=address, retries=1)
        response = instance.cms.getCommunityV2()
    failed(response, "connect")
    assert response.status is None
    assert response.error is not None
    assert response.error.attempts == 2


def test_no_answer_in_time() -> None:
    with silent_server() as (address, _):
        instance = Instance(apiKey="KEY", communityId="C", apiUrl=address, retries=0)
        failed(instance.cms.getCommunityV2(timeout=0.1), "timeout")
        written = instance.cms.setAccountNameV2(ZEROS, {"newName": "Name"}, timeout=1)
        failed(written, "timeout")
        assert written.error is not None
        assert written.error.outcomeUnknown is True


def test_an_answer_of_something_else(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(action={"type": "html", "status": 200})
    failed(instance.cms.getCommunityV2(), "invalidResponse")


KINDS = {
    "api": sonoran.ApiError,
    "auth": sonoran.AuthError,
    "notFound": sonoran.NotFoundError,
    "rateLimited": sonoran.RateLimitedError,
    "unavailable": sonoran.UnavailableError,
    "blocked": sonoran.BlockedError,
    "timeout": sonoran.TimeoutError,
    "connect": sonoran.ConnectError,
    "dns": sonoran.DnsError,
    "tls": sonoran.TlsError,
    "invalidResponse": sonoran.InvalidResponseError,
    "internal": sonoran.InternalError,
}


@pytest.mark.parametrize("kind", KINDS)
def test_unwrap_raises_the_class_of_the_kind(kind: ErrorKind) -> None:
    failure = sonoran.Failure(
        kind, {"detail": "No."}, 1.5, 3, "getAccountV2", "req-1", True, "00-abc", "notWhitelisted"
    )
    response: sonoran.SonoranResponse[Any] = sonoran.SonoranResponse(False, None, "No.", 418, None, failure)
    with pytest.raises(SonoranError) as caught:
        response.unwrap()
    error = caught.value
    assert type(error) is KINDS[kind]
    assert error.reason == "No."
    assert str(error) == f"getAccountV2: No. ({kind}, status 418, request req-1)"
    assert repr(error) == f"{KINDS[kind].__name__}('getAccountV2: No. ({kind}, status 418, request req-1)')"
    assert json.loads(json.dumps(error.to_dict())) == {**failure.to_dict(), "reason": "No.", "status": 418}
    for name, value in failure.to_dict().items():
        assert getattr(error, name) == value


def test_an_error_without_an_answer_says_what_there_is() -> None:
    error = sonoran.ConnectError("No.", kind="connect", operation="getAccountV2")
    assert str(error) == "getAccountV2: No. (connect)"
    assert str(SonoranError("No.")) == "No. (internal)"


def test_every_kind_has_a_class() -> None:
    assert set(SonoranError.__subclasses__()) == set(KINDS.values())


def test_throw_errors(emulator: Emulator) -> None:
    instance = emulator.instance(throwErrors=True)
    assert instance.cms.getCommunityV2().success
    with pytest.raises(sonoran.NotFoundError) as caught:
        instance.cms.getAccountV2(UNKNOWN)
    assert (caught.value.status, caught.value.operation) == (404, "getAccountV2")
    with pytest.raises(sonoran.AuthError):
        emulator.instance(throwErrors=True, apiKey="WRONG_KEY").cms.getCommunityV2()


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 530])
def test_the_service_is_down(status: int, emulator: Emulator, instance: Instance) -> None:
    emulator.fault(action={"type": "respond", "status": status, "body": {"detail": "Down."}}, times="always")
    response = instance.cms.getCommunityV2(retries=0)
    failed(response, "unavailable")
    with pytest.raises(
        sonoran.UnavailableError, match=rf"^getCommunityV2: Down. \(unavailable, status {status}"
    ):
        response.unwrap()


def test_a_firewall(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(action={"type": "html", "status": 403})
    response = instance.cms.getCommunityV2()
    failed(response, "blocked")
    with pytest.raises(sonoran.BlockedError):
        response.unwrap()


def test_a_refusal_has_a_name(emulator: Emulator, instance: Instance) -> None:
    problem = {"status": 400, "detail": "NOT ALLOWED ON WHITELIST", "traceId": "00-abc123"}
    emulator.fault(action={"type": "respond", "status": 400, "body": problem})
    response = instance.cms.verifyWhitelistV2(1, {"accId": ZEROS})
    failed(response, "api")
    assert response.error is not None
    assert (response.error.refusal, response.error.traceId) == ("notWhitelisted", "00-abc123")
    with pytest.raises(sonoran.ApiError) as caught:
        response.unwrap()
    assert (caught.value.refusal, caught.value.traceId) == ("notWhitelisted", "00-abc123")


def test_what_every_response_tells(emulator: Emulator, instance: Instance) -> None:
    emulator.fault(action={"type": "respond", "status": 503, "body": {"detail": "Not now."}})
    response = instance.cms.getCommunityV2()
    assert response.success
    assert response.attempts == 2
    assert response.requestId
    assert response.waited == 0
    assert instance.cms.getAccountV2(UNKNOWN).attempts == 1


def test_the_key_shows_nowhere(emulator: Emulator) -> None:
    key = "sk-canary-5f2c"
    instance = emulator.instance(apiKey=key)
    response = instance.cms.getCommunityV2()
    shown: list[object] = [instance, instance.cms, vars(instance), response, response.error]
    with pytest.raises(sonoran.AuthError) as raised:
        response.unwrap()
    with pytest.raises(ValueError, match="accountId") as misuse:
        instance.cms.getAccountV2("x")
    shown += [raised.value, misuse.value]
    assert not any("canary" in repr(value) + str(value) for value in shown)
