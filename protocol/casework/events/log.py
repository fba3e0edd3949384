"""One event of a case, as its log keeps it.

Source: docs/casework.md, "Events"; docs/adr/0055-log-of-a-case.md.
"""

from protocol.casework.events import closing, handling, offices, opening
from protocol.codec import Record
from protocol.limits import MAX_COUNT, MAX_NAME_CHARS, MAX_REASON_CHARS
from protocol.records.texts import require_texts

VERSION = 1
"""Of all bodies; one that changes its meaning gets a higher one, and is read by both rules."""

AnyBody = (
    opening.Received
    | opening.Accepted
    | opening.AcceptedByDefault
    | opening.CorrectionAsked
    | opening.CorrectionCancelled
    | opening.Corrected
    | opening.Continued
    | opening.Lapsed
    | opening.NotAccepted
    | opening.Transferred
    | opening.TakenBack
    | opening.PaidFirst
    | handling.Passed
    | handling.SentBack
    | handling.Suspended
    | handling.Resumed
    | handling.Extended
    | handling.OpinionAsked
    | handling.OpinionGiven
    | handling.OpinionRecalled
    | handling.PublicityBegun
    | handling.PublicityEnded
    | handling.Objected
    | handling.ObjectionSettled
    | handling.PapersCame
    | handling.PaperMissed
    | handling.HandlerTook
    | handling.HandlerGaveBack
    | handling.HandedOver
    | handling.Recused
    | offices.OfficeGiven
    | offices.OfficeReturned
    | offices.OfficeReclaimed
    | offices.OfficeWanted
    | closing.Decided
    | closing.DecisionCorrected
    | closing.DecisionAnnulled
    | closing.Closed
    | closing.Told
    | closing.Delivered
    | closing.Rated
    | closing.Archived
    | closing.WithdrawalAsked
    | closing.Withdrawn
    | closing.Terminated
    | closing.FlowAmended
    | closing.DeadlineMoved
    | closing.Linked
)


class Event(Record, frozen=True, kw_only=True):
    """One thing that happened to a case."""

    n: int  # from 1, without gaps, inside its case
    at_ms: int  # by the county's clock
    by: str  # account; empty: the county's own program, or what arrived
    right: str = ""  # the post or the delegation by which
    body: AnyBody
    version: int = VERSION

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        if not (1 <= self.n < MAX_COUNT and 0 <= self.at_ms < MAX_COUNT):
            raise ValueError("number or time")
        require_texts((self.by, MAX_NAME_CHARS), (self.right, MAX_REASON_CHARS))


def kind_of(body: AnyBody) -> str:
    """As log, commands and documents call it: correction-asked."""
    return str(body.__struct_config__.tag)
