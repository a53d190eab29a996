"""A test kit: the API's emulator, and a world of its own for each test.

With pytest there is nothing to set up; the fixtures come with the package:

    def test_a_promotion(sonoran_world):
        instance = sonoran_world.instance()
        promote(instance, "00000000-0000-0000-0000-000000000000")
        sonoran_world.assert_called("setAccountRanksV2", body={"add": ["rank-1"]})

Elsewhere:

    from sonoran.testing import Emulator

    with Emulator() as emulator, emulator.world() as world:
        print(world.instance().cms.getCommunityV2().data)

The emulator is a program: ``pip install "Sonoran.py[testing]"`` brings it along.
"""

from ._admin import EmulatorError as EmulatorError
from ._emulator import Emulator as Emulator
from ._guard import guard as guard
from ._types import Action as Action
from ._types import Delivery as Delivery
from ._types import Generated as Generated
from ._types import Limits as Limits
from ._types import Request as Request
from ._world import World as World

__all__ = [
    "Action",
    "Delivery",
    "Emulator",
    "EmulatorError",
    "Generated",
    "Limits",
    "Request",
    "World",
    "guard",
]
