"""Responses and errors as Python objects."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pydantic
import pytest

import sonoran
from sonoran import Failed, Failure, Instance, SonoranResponse, Succeeded, types
from support import UNKNOWN, ZEROS


def test_a_response_shows_its_fields(instance: Instance) -> None:
    shown = repr(instance.cms.getSubVersionV2())
    assert shown.startswith("Succeeded(success=True, data={")
    assert "reason=None, status=200, meta={" in shown
    assert "error=None, requestId='" in shown


def test_a_response_is_true_where_the_call_succeeded(instance: Instance) -> None:
    good, bad = instance.cms.getAccountV2(ZEROS), instance.cms.getAccountV2(UNKNOWN)
    assert good
    assert not bad
    assert bool(SonoranResponse(True, None, status=204)) is True


def test_a_response_as_json(instance: Instance) -> None:
    for response in (instance.cms.getAccountV2(ZEROS), instance.cms.getAccountV2(UNKNOWN)):
        fields = response.to_dict()
        assert json.loads(json.dumps(fields)) == fields
        assert list(fields)[:3] == ["success", "data", "reason"]
        assert fields["data"] is response.data
        assert fields["error"] == (response.error and response.error.to_dict())
    assert fields["error"]["kind"] == "notFound"


def test_responses_are_equal_by_their_fields() -> None:
    one: SonoranResponse[int] = SonoranResponse(True, 1)
    assert one == SonoranResponse(True, 1)
    assert one != SonoranResponse(True, 2)
    assert one != (True, 1)
    assert Failure("api") == Failure("api")
    with pytest.raises(TypeError):
        hash(one)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_responses_and_errors_are_pickled(instance: Instance, protocol: int) -> None:
    for response in (instance.cms.getAccountV2(ZEROS), instance.cms.getAccountV2(UNKNOWN)):
        again: SonoranResponse[Any] = pickle.loads(pickle.dumps(response, protocol))
        assert again == response
        assert copy.deepcopy(response) == response
    with pytest.raises(sonoran.NotFoundError) as caught:
        response.unwrap()
    error = pickle.loads(pickle.dumps(caught.value, protocol))
    assert type(error) is sonoran.NotFoundError
    assert (str(error), vars(error)) == (str(caught.value), vars(caught.value))


def test_an_error_keeps_its_cause_and_notes(instance: Instance) -> None:
    with pytest.raises(sonoran.NotFoundError) as caught:
        instance.cms.getAccountV2(UNKNOWN).unwrap()
    error: Any = caught.value
    error.__cause__ = KeyError("account")
    error.__notes__ = ["while renewing"]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        again: Any = pool.submit(itself, error).result(60)
    assert (type(again), again.reason, again.__notes__) == (
        sonoran.NotFoundError,
        error.reason,
        error.__notes__,
    )
    assert repr(again.__cause__) == "KeyError('account')"
    assert "__notes__" not in error.to_dict()
    error.__cause__ = ValueError(lambda: None)
    assert pickle.loads(pickle.dumps(error)).__cause__ is None


def itself(value: Any) -> Any:
    return value


def test_a_timeout_is_pythons_own() -> None:
    response: SonoranResponse[Any] = SonoranResponse(False, None, "no answer", None, None, Failure("timeout"))
    with pytest.raises(TimeoutError) as caught:
        response.unwrap()
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is sonoran.TimeoutError
    assert (error.kind, str(error)) == ("timeout", "no answer (timeout)")


def test_a_response_is_one_of_two_halves(instance: Instance) -> None:
    for response, half in (
        (instance.cms.getAccountV2(ZEROS), Succeeded),
        (instance.cms.getAccountV2(UNKNOWN), Failed),
        (SonoranResponse(True, 1), Succeeded),
    ):
        assert isinstance(response, SonoranResponse)
        assert isinstance(response, half)
    with pytest.raises(ValueError, match="Succeeded"):
        Succeeded(False)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("request_id", "a Succeeded has no request_id: did you mean requestId?"),
        ("dat", "a Succeeded has no dat: did you mean data?"),
        ("xyz", "a Succeeded has no xyz"),
    ],
)
def test_a_field_that_is_not_there(name: str, message: str) -> None:
    response: SonoranResponse[int] = SonoranResponse(True, 1)
    with pytest.raises(AttributeError) as caught:
        getattr(response, name)
    assert str(caught.value) == message
    assert not hasattr(response, name)


def test_types_serve_pydantic() -> None:
    adapter = pydantic.TypeAdapter(types.ClockInType)
    row = {"id": "duty", "label": "On duty"}
    assert adapter.validate_python(row) == row
    with pytest.raises(pydantic.ValidationError, match="label"):
        adapter.validate_python({"id": "duty"})
    for name in ("Account", "SetAccountRanksPayload", "PromotionFlow"):
        pydantic.TypeAdapter(getattr(types, name)).json_schema()


def test_a_response_can_be_subscripted_when_the_program_runs() -> None:
    assert SonoranResponse[int].__origin__ is SonoranResponse  # type: ignore[attr-defined]


def test_a_star_import_hides_nothing_of_pythons() -> None:
    names: dict[str, Any] = {}
    exec("from sonoran import *", names)
    assert "TimeoutError" not in names
    assert {"Instance", "productEnums", "SonoranError", "AccountKickedEvent"} <= set(names)
