"""Every program that a user may copy or write, gathered in one folder for the type checkers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from support import ROOT

HERE = Path(__file__).parent
PAGES = [
    "README.md",
    "bindings-python/README.md",
    "docs/guide.md",
    "docs/python.md",
    "spec/guides/verify-whitelist.md",
]
RECIPE = re.compile(r"<!-- recipe: (\w+) -->\n```python\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"(<!-- snippet: [\w-]+ -->\n)?```python\n(.*?)```", re.DOTALL)
RECEIVER = """
from sonoran import EventReceiver

receiver = EventReceiver("YOUR_API_KEY")
"""


def gather(folder: Path) -> None:
    """Writes them into the folder, each page's as one program as a reader goes on with it."""
    for program in [*(HERE / "typed").glob("*.py"), *(ROOT / "examples/python").glob("*.py")]:
        shutil.copy(program, folder / f"{program.parent.name}_{program.name}")
    (folder / "events.py").write_text(RECEIVER)
    for name in PAGES:
        page = ROOT / name
        if page.exists():
            _page(folder, re.sub(r"\W", "_", name), page.read_text("utf-8"))


def _page(folder: Path, name: str, text: str) -> None:
    for recipe, program in RECIPE.findall(text):
        (folder / f"{name}_{recipe}.py").write_text(program, "utf-8")
    going_on: list[str] = []
    for at, (alone, program) in enumerate(BLOCK.findall(RECIPE.sub("", text))):
        if alone:
            (folder / f"{name}_{at}.py").write_text(program, "utf-8")
        else:
            going_on.append(program)
    (folder / f"{name}.py").write_text("\n".join(going_on), "utf-8")
