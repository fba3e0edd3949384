"""What can be asked about slips, and what is told.

Source: docs/operations.md, "Slips".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.ids import ApplicationId
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSlip:
    """The slip of one application."""

    application: str  # its id, the number of its case, or its own number


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyShown:
    """One printed copy."""

    copy: int  # from 1
    at_ms: int
    clerk: str
    came_out: bool | None  # None: nobody said


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipText:
    """What a slip says, as it is signed, and the copies of it."""

    application: ApplicationId
    item: str
    name: str  # of the item, neutral where it is sensitive
    number: str  # empty: no block was left
    at_ms: int  # by the local clock
    rows: Sequence[str]  # with check characters, without blanks
    scanned: str  # for a QR code
    copies: Sequence[CopyShown]


SLIP = Call("receipt-show", ShowSlip, SlipText, reads=True)
