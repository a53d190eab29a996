"""A local emulator of the Sonoran CMS API: the program that is installed with this package.

``sonoran-emulator`` stands on PATH, ``python -m sonoran_emulator`` starts it too, and `find_emulator` tells a
test where it is.
"""

from __future__ import annotations

import os
import sys
import sysconfig

__all__ = ["find_emulator"]


def find_emulator() -> str:
    """The path of the program ``sonoran-emulator``.

    Raises `FileNotFoundError` where it is not beside this package, as when only the package's folder was
    copied.

    Example::

        subprocess.Popen([find_emulator(), "--port", "0"], stdout=subprocess.PIPE)
    """
    name = "sonoran-emulator.exe" if sys.platform == "win32" else "sonoran-emulator"
    places = [os.path.join(folder, name) for folder in _folders()]
    for place in places:
        if os.path.isfile(place):
            return place
    raise FileNotFoundError(
        f"{name} is not where pip puts programs ({', '.join(places)}): install the package anew, "
        "pip install --force-reinstall sonoran-emulator"
    )


def _folders() -> list[str]:
    """Where pip puts programs: for this environment, for this user, and with ``--target`` or ``--prefix``."""
    user = "nt_user" if os.name == "nt" else "posix_user"
    packages = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", user)]
    folders.append(os.path.join(packages, "bin"))
    # Below a prefix, packages lie in lib/pythonX.Y/site-packages, and on Windows in Lib\site-packages.
    levels, scripts = (2, "Scripts") if os.name == "nt" else (3, "bin")
    prefix = packages
    for _ in range(levels):
        prefix = os.path.dirname(prefix)
    folders.append(os.path.join(prefix, scripts))
    return list(dict.fromkeys(folders))
