"""Checks that every example in the given OpenAPI documents fits its schema.

python xtask/check_examples.py spec/*.yaml
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

# Examples are values: what stands in them is no part of the description.
NOT_DESCRIBED = ("example", "examples", "x-example-query", "x-example-arguments")


def given(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The one example beside a schema, or the several with their names."""
    if "example" in node:
        yield "example", node["example"]
    for name, example in node.get("examples", {}).items():
        yield f"examples/{name}", example["value"]


def places(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example that stands beside a schema, with where it stands."""
    if isinstance(node, dict):
        if "schema" in node:
            for name, example in given(node):
                yield f"{where}/{name}", node["schema"], example
        for key, inner in node.items():
            if key not in NOT_DESCRIBED:
                yield from places(inner, f"{where}/{key}")
    elif isinstance(node, list):
        for index, inner in enumerate(node):
            yield from places(inner, f"{where}/{index}")


def problems(document: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the document's examples."""
    for where, schema, example in places(document):
        whole = {**schema, "components": document["components"]}
        for error in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(example):
            yield f"{where}: {error.json_path}: {error.message}"


def main(files: list[str]) -> int:
    found = 0
    for file in files:
        with open(file, encoding="utf-8") as stream:
            document = yaml.safe_load(stream)
        for problem in problems(document):
            print(f"{file}: {problem}", file=sys.stderr)
            found += 1
        print(f"{file}: {sum(1 for _ in places(document))} examples")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
