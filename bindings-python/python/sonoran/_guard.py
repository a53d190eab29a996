"""The test kit's guard in a process that a guarded one has started: see `sonoran.testing.guard`."""

import os

from ._native import guard

NAME = "SONORAN_TEST_GUARD"
"""The variable of the environment that passes it on, to programs in JavaScript as well."""

if os.environ.get(NAME) == "1":
    guard(True)
