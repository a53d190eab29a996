"""Loads the native part before anything else, and says in plain words why this interpreter can't."""

import sys

if sys.version_info < (3, 9):  # noqa: UP036  Who copies the files gets around pip's own check.
    raise ImportError("Sonoran.py needs Python 3.9 or newer, and this is %d.%d" % sys.version_info[:2])  # noqa: UP031

try:
    from . import _native as _native
except ImportError as error:
    from ._unloadable import explained

    raise ImportError(explained(error), name=error.name, path=error.path) from error
