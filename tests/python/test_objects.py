"""Responses and errors as Python objects."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

import sonoran
from sonoran import Failure, Instance, SonoranResponse
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


def test_a_response_can_be_subscripted_when_the_program_runs() -> None:
    assert SonoranResponse[int].__origin__ is SonoranResponse  # type: ignore[attr-defined]


def test_a_star_import_hides_nothing_of_pythons() -> None:
    names: dict[str, Any] = {}
    exec("from sonoran import *", names)
    assert "TimeoutError" not in names
    assert {"Instance", "productEnums", "SonoranError", "AccountKickedEvent"} <= set(names)
