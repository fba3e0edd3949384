"""Events as they travel between a county and an office.

Source: docs/protocol.md section 6.
"""

from collections.abc import Sequence

from protocol.casework.events.log import Event
from protocol.codec import pack, unpack


def event_bytes(events: Sequence[Event]) -> tuple[bytes, ...]:
    """Each as it is sealed."""
    return tuple(pack(one) for one in events)


def read_events(data: Sequence[bytes]) -> tuple[Event, ...]:
    """What :func:`event_bytes` made.

    Raises:
        NeedsNewerError: of a kind that this program does not know.
        MalformedError: it is none.
    """
    return tuple(unpack(one, Event) for one in data)
