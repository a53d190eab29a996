from typing import NamedTuple

class RateLimitState(NamedTuple):
    limit: int
    free: int
    waiting: int
    nextFreeIn: float | None
    frozen: bool
