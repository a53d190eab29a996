"""``python -m sonoran_emulator``: the program, with the same arguments, in place of this process."""

from __future__ import annotations

import os
import subprocess
import sys

from sonoran_emulator import find_emulator


def main() -> int:
    program = find_emulator()
    words = [program, *sys.argv[1:]]
    if sys.platform != "win32":
        try:
            os.execv(program, words)
        except OSError as error:
            # Such as a program for another processor, or a folder that is mounted noexec.
            sys.exit(f"{program} cannot be started: {error.strerror}")
    with subprocess.Popen(words) as running:
        while True:
            try:
                return running.wait()
            except KeyboardInterrupt:
                # The program was interrupted as well, and is ending.
                continue


if __name__ == "__main__":
    sys.exit(main())
