"""From the raw body of a push event to the event."""

from __future__ import annotations

from ._events import CLASSES
from ._native import EventKeys
from .event import EventError, UnknownEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .event import Event


def parse_event(body: bytes | bytearray | memoryview | str, key: str | Sequence[str]) -> Event:
    """Reads the raw body of a push event and checks the key in it.

    The key is all that an event proves itself with: the service signs nothing. All keys are compared,
    each in constant time.

        from sonoran import parse_event

        event = parse_event('{"key":"YOUR_API_KEY","type":"ACCOUNT_KICKED","data":{}}', "YOUR_API_KEY")
        print(event.type, event.accountId)

    body: what came, of at most 256 KiB, 32 levels and 10,000 members. Pass it on as it came, not parsed.
    key: the community's API key, or several while it is being changed.

    Gives an event of the class for its type, such as AccountKickedEvent; one that is not documented, or
    whose data have other types than documented, as an UnknownEvent.

    Raises EventError when the key is missing or wrong, and for any body that is no event; TypeError or
    ValueError when an argument is of a wrong type or there is no key.
    """
    try:
        fields = keys_of(key).read(body)
    finally:
        # A report of an error that shows the values of variables shall not show the key.
        del body, key
    return event_of(fields)


def keys_of(key: object) -> EventKeys:
    """The keys in the native part's form, which shows them to nobody."""
    from collections.abc import Sequence

    try:
        if isinstance(key, (str, bytes)) or not isinstance(key, Sequence):
            key = (key,)
        return EventKeys(tuple(key))
    finally:
        del key


def event_of(fields: Mapping[str, Any]) -> Event:
    """What the native part has read: an event, or a refusal, which is raised."""
    if "kind" in fields:
        raise EventError(**fields)
    if fields["known"]:
        return CLASSES[fields["type"]](fields["accountId"], fields["data"])
    return UnknownEvent(fields["type"], fields["accountId"], fields["data"])
