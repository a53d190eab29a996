"""Why the native part can't be loaded, in plain words."""

import re
import struct
import sys
import sysconfig
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

# What the loaders of the systems say, and what it means. The first that fits counts.
CAUSES = (
    (r"GLIBC_([\d.]+)' not found", "this system's C library is older than the glibc {} that it needs"),
    (
        r"\blibc(?:\.musl-\w+)?\.so(?:\.1)?: (?:cannot open|invalid ELF)",
        "it is made for musl, and this system has glibc",
    ),
    (r"ld-linux-", "it is made for glibc, and this system has musl"),
    (r"Permission denied", "this user may not read its file"),
    # Of a library for another processor glibc says that the file, which is there, can't be opened.
    (
        r"wrong ELF class|_native\S*: cannot open shared object|Exec format error|incompatible architecture",
        "it is made for another processor than this Python",
    ),
    # Windows has one word for both.
    (
        "not a valid Win32 application",
        "it is made for another processor than this Python, or its file is damaged",
    ),
    (
        r"invalid ELF header|file too short|slice is not valid mach-o",
        "its file is damaged, or made for another system",
    ),
    (r"failed to map segment", "its folder does not allow to run programs (mounted noexec)"),
    (r"(?:library )?(lib[\w+.-]+\.so[\d.]*): (?:cannot open|No such file)", "this system lacks {}"),
)


def explained(error: ImportError) -> str:
    """The whole message."""
    if "subinterpreter" in str(error):
        return (
            "Sonoran.py cannot load its native part in a subinterpreter: "
            "it is made for the main interpreter alone. Use threads or processes; "
            "under mod_wsgi set WSGIApplicationGroup %{GLOBAL}"
        )
    return f"Sonoran.py cannot load its native part: {_cause(error)}. {_remedy()}"


def _cause(error: ImportError) -> str:
    said = str(error)
    there = sorted(
        file.name for file in Path(__file__).parent.glob("_native.*") if file.suffix in (".so", ".pyd")
    )
    loadable = [name for name in there if name.removeprefix("_native") in EXTENSION_SUFFIXES]
    if not there:
        return "it is not there; this may be a checkout of the sources, or a copy of a part of the package"
    if not loadable:
        return f"{there[0]} is made for another interpreter or system than {_interpreter()}"
    for pattern, words in CAUSES:
        match = re.search(pattern, said)
        if match:
            return f"{words.format(*match.groups())} ({said})"
    return said


def _interpreter() -> str:
    bits = struct.calcsize("P") * 8
    threading = ", free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""
    version = ".".join(map(str, sys.version_info[:2]))
    return (
        f"this one ({sys.implementation.name} {version}, {sysconfig.get_platform()}, {bits} bits{threading})"
    )


def _remedy() -> str:
    if sys.implementation.name != "cpython":
        return "It is made for CPython alone; use that interpreter"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "It is not made for free-threaded builds yet; use the usual build of the same version"
    if struct.calcsize("P") == 4:
        return "It is made for 64 bits alone; use a 64-bit Python"
    return (
        "Install it anew, on the machine and with the interpreter that run the program: "
        "python -m pip install --force-reinstall Sonoran.py"
    )
