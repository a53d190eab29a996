"""The installed package against the description: methods, arguments, documentation and stubs."""

from __future__ import annotations

import ast
import importlib.metadata
import inspect
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

import sonoran
from sonoran._given import NOT_GIVEN
from support import CALLS

OPTIONS = ["timeout", "deadline", "retries", "maxWait", "rateLimit"]
FOLDER = Path(sonoran.__file__).parent
Cms: Any = type(sonoran.Instance(apiKey="KEY", communityId="C").cms)
AsyncCms: Any = type(sonoran.AsyncInstance(apiKey="KEY", communityId="C").cms)

each = pytest.mark.parametrize("call", CALLS, ids=[call["method"] for call in CALLS])


def methods_of(names: list[str]) -> list[str]:
    return sorted(name for name in names if not name.startswith("_"))


def test_there_is_a_method_for_each_operation_and_no_other() -> None:
    assert methods_of(list(vars(Cms))) == sorted(call["method"] for call in CALLS)


@each
def test_its_arguments(call: dict[str, Any]) -> None:
    parameters = list(inspect.signature(getattr(Cms, call["method"])).parameters.values())[1:]
    names = [parameter.name for parameter in parameters]
    arguments, by_name = parameters[: len(call["arguments"])], parameters[len(call["arguments"]) :]
    assert [parameter.name for parameter in arguments] == call["arguments"]
    assert names[-len(OPTIONS) :] == OPTIONS
    # Version 1 takes the fields of an object by name, too.
    assert call["version"] == 1 or len(by_name) == len(OPTIONS)
    assert {parameter.kind for parameter in arguments} <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}
    assert {parameter.kind for parameter in by_name} == {inspect.Parameter.KEYWORD_ONLY}
    may_miss = [*(parameter for parameter in arguments if parameter.name in call["optional"]), *by_name]
    assert all(parameter.default is None or parameter.default is NOT_GIVEN for parameter in may_miss)
    assert all(parameter.default is None for parameter in parameters[-len(OPTIONS) :])


@each
def test_its_documentation(call: dict[str, Any]) -> None:
    text = inspect.getdoc(getattr(Cms, call["method"]))
    assert text
    assert text.startswith(call["summary"])
    said = " ".join(text.split())
    assert " ".join(call["description"].split()) in said
    for name in call["arguments"]:
        assert f"\n{name} (" in text
    for value in call["call"]["values"]:
        for field in value if isinstance(value, dict) else {}:
            assert f'"{field}" (' in text
    assert f"status {call['status']}" in said
    assert f"instance.cms.{call['method']}(" in text


@each
def test_the_same_is_there_to_await(call: dict[str, Any]) -> None:
    blocking, awaited = getattr(Cms, call["method"]), getattr(AsyncCms, call["method"])
    assert inspect.iscoroutinefunction(awaited)
    assert inspect.signature(awaited) == inspect.signature(blocking)
    assert (inspect.getdoc(awaited) or "").replace("= await ", "= ") == inspect.getdoc(blocking)


def test_nothing_else_is_there_to_await() -> None:
    assert methods_of(list(vars(AsyncCms))) == methods_of(list(vars(Cms)))


Stub = typing.Union[ast.FunctionDef, ast.AsyncFunctionDef]


def stubs(file: str = "_cms.pyi") -> dict[str, list[Stub]]:
    tree = ast.parse((FOLDER / file).read_text("utf-8"))
    (described,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    found: dict[str, list[Stub]] = {}
    for node in described.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found.setdefault(node.name, []).append(node)
    return found


def test_there_is_a_stub_for_each_operation_and_no_other() -> None:
    assert methods_of(list(stubs())) == sorted(call["method"] for call in CALLS)


@each
def test_its_stub(call: dict[str, Any]) -> None:
    stub = stubs()[call["method"]][0]
    assert [argument.arg for argument in stub.args.args] == ["self", *call["arguments"]]
    assert [argument.arg for argument in stub.args.kwonlyargs] == OPTIONS
    arguments = [*stub.args.args[1:], *stub.args.kwonlyargs]
    assert all(argument.annotation is not None for argument in arguments)
    assert stub.returns is not None
    # What version 1 answers is not documented for each operation.
    assert call["version"] == 1 or "Any" not in ast.unparse(stub.returns)


def test_the_stubs_to_await_are_the_same() -> None:
    awaited, blocking = stubs("_async_cms.pyi"), stubs()
    del awaited["__init__"], blocking["__init__"]
    kinds = {type(stub) for ways in awaited.values() for stub in ways}
    assert kinds == {ast.AsyncFunctionDef}
    told = [
        {
            name: [(ast.unparse(way.args), ast.unparse(way.returns or way)) for way in ways]
            for name, ways in each.items()
        }
        for each in (awaited, blocking)
    ]
    assert told[0] == told[1]


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 cannot evaluate X | Y")
def test_every_type_can_be_evaluated() -> None:
    import sonoran.types

    types = [value for value in vars(sonoran.types).values() if hasattr(value, "__required_keys__")]
    assert len(types) > 61
    for each_type in types:
        typing.get_type_hints(each_type)
        assert each_type.__doc__ or each_type.__name__.startswith("_")


def test_its_version_and_its_marker() -> None:
    assert importlib.metadata.version("sonoran_py") == sonoran.__version__
    assert (FOLDER / "py.typed").exists()
