"""What an instance tells of its rate limits. The types stand in limit.pyi."""

from collections import namedtuple


class RateLimitState(namedtuple("RateLimitState", ("limit", "free", "waiting", "nextFreeIn", "frozen"))):
    """The rate limit of a method at one moment.

    limit: requests that may be sent in any 60 seconds; this process's part of them while limits that can't be
        shared are divided.
    free: requests that could be sent now.
    waiting: calls that wait for a slot.
    nextFreeIn: seconds until the next slot is free, whoever gets it; None when one is free now. It may take
        longer where a request that is under way decides.
    frozen: whether the service said 429, so that nothing is sent for a time but one request to ask again.
    """

    __slots__ = ()
