"""What can be asked of fees; light, for commands that load no county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from protocol.catalogue.fees.told import FeeSheet
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Say what a case costs, by its item's rules."""

    case: str  # case number, number of a block, or application id
    facts: Mapping[str, Any] = field(default_factory=dict)  # that its form does not tell
    by: str = ""  # account; empty: whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintNotice:
    """Send the standing sheet as a payment notice to the station of the case."""

    case: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """The amount of the standing sheet was paid; it gets the next ticket."""

    case: str
    payer: str = ""  # empty: the applicant
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """Approve that less is to be paid, as the rules say of this evidence."""

    case: str
    evidence: str  # id of a material
    by: str = ""  # who approves


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Pay back: all of a payment, or what a later relief left too much of it."""

    case: str
    words: str  # why
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpaid:
    """A notice was not paid and is not waited for any longer."""

    case: str
    words: str  # why
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFee:
    """Ask for the fee of a case."""

    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """One entry, which never changes."""

    n: int
    kind: str  # notice, relief, printed, paid, red, unpaid
    names: int  # the entry that it speaks of; 0: none
    day: str
    at_ms: int
    by: str
    fen: int
    yuan: str
    number: str  # of the ticket, or of the document; empty: none
    sha256: str
    sheet: FeeSheet | None  # of a notice or relief
    evidence: Sequence[str]
    ground: str  # of a relief, as the rule names it
    person: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliefShown:
    """Why somebody may pay less."""

    evidence: str  # the material that proves it
    words: str  # who pays less, and that material by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeShown:
    """The fee of a case."""

    case: str  # number
    item: str
    state: str  # none, owed, free, paid, excess, unpaid, refunded
    total: str  # yuan, of the sheet that counts; empty: none
    paid: str  # yuan, that the county holds
    entries: Sequence[EntryShown]
    reliefs: Sequence[ReliefShown] = ()  # that its item knows


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDay:
    """Ask for the sums of a day."""

    day: str = ""  # 2027-01-31; empty: today


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """So many, and so much."""

    count: int
    yuan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """The county's own, since the beginning: issued = used + voided + remaining."""

    issued: int
    used: int
    voided: int
    remaining: int
    yuan: str  # sum of what stands on them
    held: str  # sum of what was paid, without what was paid back: the same


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShown:
    """What happened to fees on a day."""

    day: str
    notices: Sum
    paid: Sum
    relief: Sum  # how much less is to be paid
    refunds: Sum  # as amounts above 0
    unpaid: Sum
    tickets: Tickets
    differences: Sequence[str]  # in Chinese; none: everything fits
    columns: Sequence[str]  # of GB/T 39046 table 14
    rows: Sequence[Sequence[str]]  # each payment and each red ticket


NOTICE = Call("county.fee-notice", Notice, FeeShown)
PRINT = Call("county.fee-print", PrintNotice, FeeShown)
RECORD = Call("county.fee-record", RecordPayment, FeeShown)
RELIEF = Call("county.fee-relief", Relief, FeeShown)
REFUND = Call("county.fee-refund", Refund, FeeShown)
UNPAID = Call("county.fee-unpaid", Unpaid, FeeShown)
SHOW = Call("county.fee-of-case", ShowFee, FeeShown, reads=True)
DAY = Call("county.fee-day", ShowDay, DayShown, reads=True)
