"""What a call returns. The types, generic in the data, stand in response.pyi."""

from ._record import Record
from .errors import error_for


class Failure(Record):
    """The particulars of a failed call.

    kind: api, auth, notFound, rateLimited, unavailable, blocked, timeout, connect, dns, tls,
        invalidResponse or internal.
    problem: the service's whole problem document, where it sent one.
    retryAfter: seconds to wait before the next try, where that is known.
    attempts: how many requests were sent.
    operation: the name of the method.
    requestId: the service's id of the request, to be named when asking its support.
    traceId: the service's id of what it did for the request; its support asks for that, too.
    refusal: the documented refusal that it is, such as notWhitelisted; None where it is none.
    outcomeUnknown: the request may have been carried out, but its answer was lost.
    """

    __slots__ = (
        "kind",
        "problem",
        "retryAfter",
        "attempts",
        "operation",
        "requestId",
        "outcomeUnknown",
        "traceId",
        "refusal",
    )
    _fields = __slots__

    def __init__(
        self,
        kind,
        problem=None,
        retryAfter=None,
        attempts=0,
        operation="",
        requestId=None,
        outcomeUnknown=False,
        traceId=None,
        refusal=None,
    ):
        self.kind = kind
        self.problem = problem
        self.retryAfter = retryAfter
        self.attempts = attempts
        self.operation = operation
        self.requestId = requestId
        self.outcomeUnknown = outcomeUnknown
        self.traceId = traceId
        self.refusal = refusal

    def to_dict(self):
        """Its fields as a dict that `json.dumps` takes."""
        return dict(zip(self._fields, self._values()))


class SonoranResponse(Record):
    """What a call returns, whatever the service or the network did: one that Succeeded, which is true, or one
    that Failed, which is false.

    success: whether the call succeeded.
    data: the answer's data; None on failure, and where the service answers without any.
    reason: on failure a plain sentence that says why.
    status: the HTTP status; None when no answer came.
    meta: what the service says about the answer, such as its timestamp.
    error: on failure its particulars, see Failure.
    requestId: the service's id of the request, to be named when asking its support.
    attempts: how many requests were sent.
    waited: seconds that the call has waited for its rate limit.
    """

    __slots__ = (
        "success",
        "data",
        "reason",
        "status",
        "meta",
        "error",
        "requestId",
        "attempts",
        "waited",
    )
    _fields = __slots__
    __class_getitem__ = classmethod(type(list[int]))

    def __new__(cls, success, *_, **__):
        half = Succeeded if success else Failed
        if not issubclass(half, cls):
            raise ValueError(f"a response that {cls.__name__} cannot have success={success!r}")
        return object.__new__(half)

    def __init__(
        self,
        success,
        data=None,
        reason=None,
        status=None,
        meta=None,
        error=None,
        requestId=None,
        attempts=0,
        waited=0.0,
    ):
        self.success = success
        self.data = data
        self.reason = reason
        self.status = status
        self.meta = meta
        self.error = error
        self.requestId = requestId
        self.attempts = attempts
        self.waited = waited

    def __bool__(self):
        return self.success

    def unwrap(self):
        """The data of a successful call; a failed one is raised as a SonoranError."""
        if self.success:
            return self.data
        raise error_for(self)

    def to_dict(self):
        """Its fields, and those of its error, as a dict that `json.dumps` takes."""
        fields = dict(zip(self._fields, self._values()))
        fields["error"] = self.error and self.error.to_dict()
        return fields


class Succeeded(SonoranResponse):
    """A response of a call that succeeded: data is there, error is None."""

    __slots__ = ()


class Failed(SonoranResponse):
    """A response of a call that failed: error is there, data is None."""

    __slots__ = ()
