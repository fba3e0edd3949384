"""What can be asked about offices of townships; light, for commands that load no county."""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveOffice:
    """Approve the key of a hub's office, for the request with this code."""

    hub: str  # its id
    code: str  # as it was read out by telephone


@dataclass(frozen=True, slots=True, kw_only=True)
class ReclaimOffice:
    """Take back every case that a hub's office has."""

    hub: str
    note: str  # why
    retire: bool = False  # its key is lost or stolen: nothing is sealed for it any more
    again: bool = False  # give them to this office once more, as soon as it has a key


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAsked:
    """A key that was asked for; its code is not shown: whoever approves must have heard it."""

    hub: str
    name: str  # of the hub
    contact: str  # whom to call there
    key: str  # name of the key, in hex
    words: str  # the ten words of the key
    asked_by: str
    asked_ms: int | None
    arrived_ms: int
    state: str  # open, approved, replaced, retired
    judged_ms: int | None
    judged_by: str
    cases: int  # that its office has now; 0 of a key that is not approved


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHas:
    """An office that has cases, or a key for which they are sealed."""

    hub: str
    name: str  # of the hub
    contact: str
    key: str  # name of its approved key; empty: it has none, and can be given nothing
    words: str  # the ten words of that key
    cases: int
    quiet_ms: int | None  # when something happened last to the case that has lain for longest


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficesListed:
    """Every key that was asked for, the newest first; and who has cases."""

    keys: Sequence[OfficeAsked]
    offices: Sequence[OfficeHas]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclaimed:
    """How many cases were taken back."""

    cases: int


LISTED = Call("county.offices", Nothing, OfficesListed, reads=True)
APPROVE = Call("county.office-approve", ApproveOffice, OfficeAsked)
RECLAIM = Call("county.office-reclaim", ReclaimOffice, Reclaimed)
