"""What the import says where the native part is missing, or made for something else."""

from __future__ import annotations

import os
import platform
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

import sonoran

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="it is the loader of Linux that says it")
ARM64, X64, X86 = 183, 62, 3
THIS = ARM64 if platform.machine() in ("aarch64", "arm64") else X64


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the installed package."""
    source = Path(sonoran.__file__).parent
    shutil.copytree(source, tmp_path / "sonoran", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "sonoran"


def refusal(package: Path, before: str = "", python: str = sys.executable) -> str:
    """What an interpreter says that imports the copy, after it has run `before`."""
    program = f"import sys; sys.path.insert(0, {str(package.parent)!r}); {before}\nimport sonoran"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, env=environment)
    assert run.returncode == 1, run.stdout
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("ImportError: "), run.stderr
    return last


def native(package: Path) -> Path:
    (file,) = (file for file in package.glob("_native.*") if file.suffix in (".so", ".pyd"))
    return file


def elf(machine: int, bits: int = 64) -> bytes:
    """The beginning of a library for Linux."""
    header = bytearray(4096)
    header[:7] = b"\x7fELF" + bytes([bits // 32, 1, 1])
    struct.pack_into("<HHI", header, 16, 3, machine, 1)
    struct.pack_into("<H", header, 54 if bits == 64 else 42, 56 if bits == 64 else 32)
    return bytes(header)


def test_a_missing_native_part_is_told(package: Path) -> None:
    native(package).unlink()
    message = refusal(package)
    assert "it is not there" in message
    assert "pip install --force-reinstall Sonoran.py" in message


def test_a_native_part_of_another_system_is_told(package: Path) -> None:
    native(package).rename(package / "_native.other.pyd")
    message = refusal(package)
    assert "_native.other.pyd is made for another interpreter or system than this one (cpython 3." in message
    assert "64 bits" in message


@on_linux
@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(elf(X64 if THIS == ARM64 else ARM64), "made for another processor", id="processor"),
        pytest.param(elf(X86, bits=32), "made for another processor", id="32-bits"),
        pytest.param(b"\x7fELF", "its file is damaged", id="cut-off"),
        pytest.param(b"x" * 4096, "its file is damaged, or made for another system", id="no-library"),
    ],
)
def test_a_native_part_that_cannot_be_loaded_is_told_in_plain_words(
    package: Path, content: bytes, words: str
) -> None:
    native(package).write_bytes(content)
    message = refusal(package)
    assert words in message
    assert "_native.abi3.so" in message


@on_linux
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is the loader of glibc that says it")
def test_a_c_library_that_is_too_old_is_told_in_plain_words(package: Path) -> None:
    """To the loader, a glibc that does not have what the part asks for is an old one."""
    file = native(package)
    file.write_bytes(re.sub(rb"GLIBC_2\.\d\d\0", b"GLIBC_2.99\0", file.read_bytes()))
    assert "this system's C library is older than the glibc 2.99 that it needs (" in refusal(package)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("libc.so: cannot open shared object file: No such file", "made for musl, and this system has glibc"),
        ("/usr/lib/x86_64-linux-gnu/libc.so: invalid ELF header", "made for musl, and this system has glibc"),
        (
            "Error loading shared library ld-linux-x86-64.so.2: No such file (needed by _native)",
            "made for glibc, and this system has musl",
        ),
        (
            "DLL load failed while importing _native: %1 is not a valid Win32 application.",
            "another processor than this Python, or its file is damaged",
        ),
        (
            "_native.abi3.so: cannot open shared object file: Permission denied",
            "this user may not read its file",
        ),
        ("_native.abi3.so: failed to map segment from shared object", "does not allow to run programs"),
        (
            "Error loading shared library libgcc_s.so.1: No such file (needed by _native)",
            "this system lacks libgcc_s.so.1",
        ),
        ("something nobody knows", "something nobody knows"),
    ],
)
def test_what_other_loaders_say_is_explained(package: Path, said: str, words: str) -> None:
    """As loaders say it that are not here."""
    finder = f"""
class Finder:
    def find_spec(name, *_):
        if name == "sonoran._native":
            raise ImportError({said!r})
sys.meta_path.insert(0, Finder)
"""
    message = refusal(package, finder)
    assert words in message
    assert said in message


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("import platform; sys.implementation.name = 'pypy'", "made for CPython alone"),
        (
            "import sysconfig; sysconfig.get_config_vars()['Py_GIL_DISABLED'] = 1",
            "not made for free-threaded builds yet; use the usual build",
        ),
        ("import struct; struct.calcsize = lambda _: 4", "64 bits alone; use a 64-bit Python"),
    ],
)
def test_an_interpreter_that_it_is_not_made_for_is_told_so(package: Path, before: str, words: str) -> None:
    native(package).rename(package / "_native.other.so")
    assert words in refusal(package, before)


def test_an_old_python_is_told(package: Path) -> None:
    message = refusal(package, "sys.version_info = (3, 8, 18, 'final', 0)")
    assert message == "ImportError: Sonoran.py needs Python 3.9 or newer, and this is 3.8"


SUBINTERPRETER = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

program = "try: import sonoran\\nexcept ImportError as error: print(error)\\nelse: print('loaded')"
interpreters.run_string(interpreters.create(), program)
"""


def test_a_subinterpreter_is_told_so() -> None:
    run = subprocess.run([sys.executable, "-c", SUBINTERPRETER], capture_output=True, text=True, timeout=60)
    assert "in a subinterpreter: it is made for the main interpreter alone" in run.stdout, run
    assert "mod_wsgi" in run.stdout
