"""What a push event is, and why a body is not taken for one. The types stand in event.pyi."""

from ._record import Record, error_state


class Event(Record):
    """A push event that proved itself with the community's key; the key is not in it.

    The documented ones each have a class of their own; all others are an UnknownEvent. The fields
    cannot be set, and data is the event's own dict. An event is no proof of who sent it: look the
    account up again before acting on it.

    type: the constant that names it, such as "ACCOUNT_KICKED".
    accountId: the account it is about, whichever name its data have for it; None where they have none.
    data: what the service says about it, as it came.

        from sonoran import AccountKickedEvent, parse_event

        event = parse_event(body, "YOUR_API_KEY")
        if isinstance(event, AccountKickedEvent):
            print(event.accountId, event.data.get("discordId"))
    """

    __slots__ = ("accountId", "data")
    _fields = ("accountId", "data")

    # Each class has its own.
    type = ""

    def __init__(self, accountId, data):
        object.__setattr__(self, "accountId", accountId)
        object.__setattr__(self, "data", data)

    def __setattr__(self, name, value):
        raise AttributeError(f"an event cannot be changed: {name}")

    def __delattr__(self, name):
        raise AttributeError(f"an event cannot be changed: {name}")


class UnknownEvent(Event):
    """An event of a type that is not documented, or whose data do not have the documented types."""

    __slots__ = ("type",)
    _fields = ("type", "accountId", "data")

    def __init__(self, type, accountId, data):
        super().__init__(accountId, data)
        object.__setattr__(self, "type", type)


class EventError(Exception):
    """A body that is no event of this community. No part of the body or of a key is in it.

    kind: "auth" where the key is missing or wrong, "tooLarge", or "malformed".
    reason: what is wrong, as a plain sentence.
    status: the HTTP status to answer with: 401, 413 or 400.
    """

    def __init__(self, reason, *, kind="malformed", status=400):
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.status = status

    def __reduce__(self):
        # The fields travel as the exception's state; its message is its one positional argument.
        return type(self), (self.reason,), error_state(self)
