"""What can be asked of the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.json_values import ABSENT, Absent, Answer
from runtime.control.calls import Call, Nothing


class MissingNumbers(Answer, frozen=True, kw_only=True):
    """Numbers of one station that are missing for one reason."""

    incarnation: str  # in hex
    from_: int  # the first
    to: int  # the last
    why: str
    code: str | Absent = ABSENT  # of the error, where a node says that it is stuck there
    at_ms: int | Absent | None = ABSENT  # by that node's clock
    node: str | Absent = ABSENT  # which says so


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One station's line; docs/operations.md says how the numbers add up."""

    station: str
    code: str  # division code
    name: str
    minted: int  # sealed, as far as is known
    received: int
    complete: int
    decided: int
    missing: Sequence[MissingNumbers]
    follow_ups: int
    control: int
    duplicates: int
    rejected: int
    quarantined: int
    review: int
    awaiting: int  # kept until the program is newer
    forks: int


LEDGER = Call("county.ledger", Nothing, list[LedgerLine], reads=True)
