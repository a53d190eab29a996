"""Puts the program into the wheel, and into its name the platforms that the program is for."""

from __future__ import annotations

import os
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Program(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        program = os.environ["SONORAN_EMULATOR_PROGRAM"]
        build_data["shared_scripts"][program] = os.path.basename(program)
        build_data["tag"] = "py3-none-" + os.environ["SONORAN_EMULATOR_PLATFORMS"]
        build_data["pure_python"] = False
