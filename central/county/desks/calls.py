"""What can be asked about desks to be released; light, for commands that load no county.

Source: docs/operations.md, "A forgotten password".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDesk:
    """Release the desk of a station for the request with this code."""

    station: str  # its id
    code: str  # as it was read out by telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAsked:
    """A request; the code is not shown, since whoever releases must have heard it."""

    station: str
    name: str  # of the station
    contact: str  # whom to call there
    clerk: str  # who is to get a new password
    asked_ms: int | None  # by the county's time, as the PC knew it
    arrived_ms: int
    state: str  # open, old, replaced, released
    released_ms: int | None
    released_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DesksAsked:
    """Every request that is kept, the newest first."""

    requests: Sequence[DeskAsked]


LISTED = Call("county.desk-requests", Nothing, DesksAsked, reads=True)
RELEASE_DESK = Call("county.desk-release", ReleaseDesk, DeskAsked)
