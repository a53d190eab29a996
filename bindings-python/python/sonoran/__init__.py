"""Client for the Sonoran CMS API.

    from sonoran import Instance, productEnums

    instance = Instance(apiKey="YOUR_API_KEY", communityId="YOUR_COMMUNITY_ID", product=productEnums.CMS)
    response = instance.cms.getCommunityV2()
    print(response.data if response.success else response.reason)

The types of payloads and answers stand in ``sonoran.types``. `EventReceiver` and `parse_event` are for the
events that the service sends by itself.
"""

from . import _checked as _checked
from . import _events
from . import _guard as _guard
from ._events import *  # noqa: F403  The class of each documented event.
from ._native import __version__ as __version__
from ._parse import parse_event as parse_event
from .errors import ApiError as ApiError
from .errors import AuthError as AuthError
from .errors import BlockedError as BlockedError
from .errors import ConnectError as ConnectError
from .errors import DnsError as DnsError
from .errors import InternalError as InternalError
from .errors import InvalidResponseError as InvalidResponseError
from .errors import NotFoundError as NotFoundError
from .errors import RateLimitedError as RateLimitedError
from .errors import SonoranError as SonoranError
from .errors import TimeoutError as TimeoutError
from .errors import TlsError as TlsError
from .errors import UnavailableError as UnavailableError
from .event import Event as Event
from .event import EventError as EventError
from .event import UnknownEvent as UnknownEvent
from .instance import Instance as Instance
from .receiver import EventReceiver as EventReceiver
from .response import Failed as Failed
from .response import Failure as Failure
from .response import SonoranResponse as SonoranResponse
from .response import Succeeded as Succeeded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._map import MapResult as MapResult
    from ._map import Progress as Progress
    from ._walk import AsyncWalk as AsyncWalk
    from ._walk import Walk as Walk
    from .async_instance import AsyncInstance as AsyncInstance
    from .limit import RateLimitState as RateLimitState
    from .products import productEnums as productEnums
    from .watch import Attempt as Attempt
    from .watch import Wait as Wait

# Without TimeoutError: `from sonoran import *` must not hide Python's own.
__all__ = [
    "ApiError",
    "AsyncInstance",
    "AsyncWalk",
    "Attempt",
    "AuthError",
    "BlockedError",
    "ConnectError",
    "DnsError",
    "Event",
    "EventError",
    "EventReceiver",
    "Failed",
    "Failure",
    "Instance",
    "InternalError",
    "InvalidResponseError",
    "MapResult",
    "NotFoundError",
    "Progress",
    "RateLimitState",
    "RateLimitedError",
    "SonoranError",
    "SonoranResponse",
    "Succeeded",
    "TlsError",
    "UnavailableError",
    "UnknownEvent",
    "Wait",
    "Walk",
    "parse_event",
    "productEnums",
]
__all__ += _events.__all__


if not TYPE_CHECKING:
    # What takes much to import is imported when it is asked for.
    _LATER = {
        "AsyncInstance": "async_instance",
        "AsyncWalk": "_walk",
        "Attempt": "watch",
        "MapResult": "_map",
        "Progress": "_map",
        "RateLimitState": "limit",
        "Wait": "watch",
        "Walk": "_walk",
        "productEnums": "products",
    }

    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(f".{_LATER[name]}", __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *_LATER})
