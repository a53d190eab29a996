"""Writes a binary rock, as `luarocks pack` does, from a folder with what is in it: rock.py FOLDER ROCK"""

from __future__ import annotations

import hashlib
import sys
import zipfile
from pathlib import Path


def entries(folder: Path) -> str:
    """What is in a folder, with a sum of each file, as a table of Lua."""
    lines = []
    for path in sorted(folder.iterdir()):
        value = entries(path) if path.is_dir() else f'"{hashlib.md5(path.read_bytes()).hexdigest()}"'
        lines.append(f'["{path.name}"] = {value}')
    return "{ " + ", ".join(lines) + " }"


def main() -> None:
    folder, rock = map(Path, sys.argv[1:])
    manifest = f"rock_manifest = {entries(folder)}\n"
    with zipfile.ZipFile(rock, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rock_manifest", manifest)
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())


if __name__ == "__main__":
    main()
