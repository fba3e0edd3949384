"""The decision of a case, what follows it, and what is mended.

Source: docs/casework.md, "Events".
"""

from protocol.casework.events.base import Approved, Body
from protocol.envelope.payloads import Outcome
from protocol.limits import MAX_NAME_CHARS
from protocol.records.texts import require_texts

_LEVELS = 5  # of 好差评


class Decided(Body, frozen=True, kw_only=True, tag="decided"):
    """The decision (决定)."""

    outcome: Outcome  # never a correction
    serial: str = ""  # its number in the vertical system, as the handler typed it

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.serial, MAX_NAME_CHARS))
        if self.outcome is Outcome.CORRECTION:
            raise ValueError("outcome")


class DecisionCorrected(Approved, frozen=True, kw_only=True, tag="decision-corrected"):
    """A slip in the decision is put right, without another outcome (更正)."""


class DecisionAnnulled(Approved, frozen=True, kw_only=True, tag="decision-annulled"):
    """The decision is void: it is decided anew (撤销)."""


class Closed(Body, frozen=True, kw_only=True, tag="closed"):
    """Certificate, letter or payment are made (办结)."""


class Told(Body, frozen=True, kw_only=True, tag="told"):
    """Somebody was told what a document says (告知)."""

    document: str = ""  # as it is called; empty: the decision
    way: str = ""
    person: str = ""


class Delivered(Body, frozen=True, kw_only=True, tag="delivered"):
    """Somebody got the decision (送达)."""

    way: str = ""
    person: str = ""


class Rated(Body, frozen=True, kw_only=True, tag="rated"):
    """The applicant says how it went (评价)."""

    level: int

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        if not 1 <= self.level <= _LEVELS:
            raise ValueError("level")


class Archived(Body, frozen=True, kw_only=True, tag="archived"):
    """It is filed (归档)."""

    digest: str = ""  # SHA-256 of its archive package, in hex


class WithdrawalAsked(Body, frozen=True, kw_only=True, tag="withdrawal-asked"):
    """The applicant wants to take it back; a person looks whether that is so."""

    follow_up: str = ""
    person: str = ""  # who says so


class Withdrawn(Body, frozen=True, kw_only=True, tag="withdrawn"):
    """The applicant has taken it back (撤回)."""

    person: str = ""  # who said so


class Terminated(Approved, frozen=True, kw_only=True, tag="terminated"):
    """Nothing is left to decide: the applicant has died, or the item is gone (终止)."""


class FlowAmended(Approved, frozen=True, kw_only=True, tag="flow-amended"):
    """From now on the flow of another release counts for this case."""

    before: int  # release
    after: int
    node: str  # at which it stands in the new one


class DeadlineMoved(Body, frozen=True, kw_only=True, tag="deadline-moved"):
    """A date is another one, because the calendar is."""

    what: str  # promised, legal
    before: str
    after: str
    calendar: int  # release whose calendar says so


class Linked(Body, frozen=True, kw_only=True, tag="linked"):
    """Another case may be about the same."""

    case: str
