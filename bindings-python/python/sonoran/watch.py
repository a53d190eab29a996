"""What the callbacks `onAttempt` and `onWait` of an instance get. The types stand in watch.pyi."""

from collections import namedtuple


class Attempt(
    namedtuple(
        "Attempt", ("operation", "number", "status", "kind", "reason", "elapsed", "pause", "requestId")
    )
):
    """One attempt of a call, once it has ended.

    operation: the name of the method.
    number: which attempt of its call it was; the first is 1.
    status: the HTTP status of the answer; None where it was lost.
    kind, reason: what a lost one failed of, as in Failure; None where an answer came, whatever it says.
    elapsed: seconds from sending the request to the end of the answer, or its loss.
    pause: seconds until the next attempt, which may have to wait for a slot besides; None after the last.
    requestId: the service's id of the request.
    """

    __slots__ = ()


class Wait(namedtuple("Wait", ("operation", "waited", "expected"))):
    """A call that has waited for its rate limit for a second or longer.

    operation: the name of the method.
    waited: seconds so far.
    expected: seconds that it will still take, as far as is known.
    """

    __slots__ = ()
