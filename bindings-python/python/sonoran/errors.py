"""Exceptions for those who ask for them: `throwErrors=True`, or `response.unwrap()`."""

from __future__ import annotations

import builtins

from ._record import error_state

# What type checkers read; `typing` itself is not imported when the program runs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .response import SonoranResponse
    from .types import ErrorKind


class SonoranError(Exception):
    """A failed call. Its subclasses name what the failure is about."""

    kind: ErrorKind
    reason: str
    status: int | None
    problem: dict[str, Any] | None
    retryAfter: float | None
    attempts: int
    operation: str
    requestId: str | None
    traceId: str | None
    refusal: str | None
    outcomeUnknown: bool

    def __init__(
        self,
        reason: str,
        *,
        kind: ErrorKind = "internal",
        status: int | None = None,
        problem: dict[str, Any] | None = None,
        retryAfter: float | None = None,
        attempts: int = 0,
        operation: str = "",
        requestId: str | None = None,
        traceId: str | None = None,
        refusal: str | None = None,
        outcomeUnknown: bool = False,
    ) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.status = status
        self.problem = problem
        self.retryAfter = retryAfter
        self.attempts = attempts
        self.operation = operation
        self.requestId = requestId
        self.traceId = traceId
        self.refusal = refusal
        self.outcomeUnknown = outcomeUnknown

    def __str__(self) -> str:
        status = "" if self.status is None else f", status {self.status}"
        request = f", request {self.requestId}" if self.requestId else ""
        operation = f"{self.operation}: " if self.operation else ""
        return f"{operation}{self.reason} ({self.kind}{status}{request})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def to_dict(self) -> dict[str, Any]:
        """Its fields as a dict that `json.dumps` takes."""
        return {name: value for name, value in self.__dict__.items() if not name.startswith("__")}

    def __reduce__(self) -> tuple[Any, ...]:
        # The fields travel as the exception's state; its message is its one positional argument.
        return type(self), (self.reason,), error_state(self)


class ApiError(SonoranError):
    """The service refused what was asked."""


class AuthError(SonoranError):
    """The key is wrong or may not do this (401, 403)."""


class NotFoundError(SonoranError):
    """What the request names is not there (404)."""


class RateLimitedError(SonoranError):
    """No slot of the rate limit in time, or the service said 429; `retryAfter` says when to come back."""


class UnavailableError(SonoranError):
    """The service is down or overloaded (500, 502, 503, 504, 520 to 530): try later."""


class BlockedError(SonoranError):
    """Something in front of the service, such as a firewall, refuses this machine's requests."""


class TimeoutError(SonoranError, builtins.TimeoutError):
    """No answer in time. It is Python's own `TimeoutError`, too."""


class ConnectError(SonoranError):
    """No connection, or it broke."""


class DnsError(SonoranError):
    """The host name could not be resolved."""


class TlsError(SonoranError):
    """No secure connection: certificate or handshake."""


class InvalidResponseError(SonoranError):
    """The answer is not one of this API."""


class InternalError(SonoranError):
    """A fault of this library."""


_CLASSES: dict[str, type[SonoranError]] = {
    "api": ApiError,
    "auth": AuthError,
    "notFound": NotFoundError,
    "rateLimited": RateLimitedError,
    "unavailable": UnavailableError,
    "blocked": BlockedError,
    "timeout": TimeoutError,
    "connect": ConnectError,
    "dns": DnsError,
    "tls": TlsError,
    "invalidResponse": InvalidResponseError,
    "internal": InternalError,
}


def error_for(response: SonoranResponse[Any]) -> SonoranError:
    """The exception that says what the failed response says."""
    reason = response.reason or "the call failed"
    failure = response.error
    if failure is None:
        return SonoranError(reason, status=response.status)
    return _CLASSES.get(failure.kind, SonoranError)(
        reason,
        kind=failure.kind,
        status=response.status,
        problem=failure.problem,
        retryAfter=failure.retryAfter,
        attempts=failure.attempts,
        operation=failure.operation,
        requestId=failure.requestId,
        traceId=failure.traceId,
        refusal=failure.refusal,
        outcomeUnknown=failure.outcomeUnknown,
    )
