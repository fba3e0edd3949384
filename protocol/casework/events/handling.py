"""What happens to a case that was accepted, until it is decided.

Source: docs/casework.md, "Events".
"""

from protocol.casework.events.base import Approved, Body, require_few
from protocol.limits import MAX_NAME_CHARS
from protocol.records.texts import require_day, require_texts


class Passed(Body, frozen=True, kw_only=True, tag="passed"):
    """A node has done its part."""

    node: str  # which
    next: str  # at which the case stands now


class SentBack(Body, frozen=True, kw_only=True, tag="sent-back"):
    """A node returns the case to an earlier one."""

    node: str
    next: str


class Suspended(Body, frozen=True, kw_only=True, tag="suspended"):
    """A special procedure of the item begins: its time does not count (特别程序)."""

    procedure: str  # as the item calls it
    planned: str = ""  # how long it will take, as a limit: 15wd

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.procedure, MAX_NAME_CHARS), least=1)
        require_texts((self.planned, MAX_NAME_CHARS))


class Resumed(Body, frozen=True, kw_only=True, tag="resumed"):
    """The special procedure is over."""


class Extended(Approved, frozen=True, kw_only=True, tag="extended"):
    """The limit is longer now, once, by a superior's word (延长审批)."""

    limit: str  # by how much, as a limit: 10wd


class OpinionAsked(Body, frozen=True, kw_only=True, tag="opinion-asked"):
    """Another department is asked."""

    department: str
    until: str  # the last day

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.department, MAX_NAME_CHARS), least=1)
        require_day(self.until)


class OpinionGiven(Body, frozen=True, kw_only=True, tag="opinion-given"):
    """The department has answered; one that is late is kept, and marked."""

    department: str
    agrees: bool
    late: bool = False


class OpinionRecalled(Body, frozen=True, kw_only=True, tag="opinion-recalled"):
    """The department need not answer any more."""

    department: str


class PublicityBegun(Body, frozen=True, kw_only=True, tag="publicity-begun"):
    """The village hung the poster up: its days run from now on (公示)."""

    day: str  # from which they count

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_day(self.day)


class PublicityEnded(Body, frozen=True, kw_only=True, tag="publicity-ended"):
    """Its days are over."""


class Objected(Body, frozen=True, kw_only=True, tag="objected"):
    """Somebody objects to what was made public."""

    follow_up: str = ""  # id of what brought it


class ObjectionSettled(Body, frozen=True, kw_only=True, tag="objection-settled"):
    """An objection was looked into."""

    upheld: bool


class PapersCame(Body, frozen=True, kw_only=True, tag="papers-came"):
    """Papers followed the application."""

    materials: tuple[str, ...] = ()
    follow_up: str = ""

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_few(self.materials)


class PaperMissed(Body, frozen=True, kw_only=True, tag="paper-missed"):
    """A paper that was promised did not come in time."""

    material: str


class HandlerTook(Body, frozen=True, kw_only=True, tag="taken"):
    """Somebody takes the case on."""


class HandlerGaveBack(Body, frozen=True, kw_only=True, tag="given-back"):
    """Somebody gives the case back: whoever fills its post may take it."""


class HandedOver(Body, frozen=True, kw_only=True, tag="handed-over"):
    """The case is somebody else's now."""

    to: str  # account

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.to, MAX_NAME_CHARS), least=1)


class Recused(Body, frozen=True, kw_only=True, tag="recused"):
    """Somebody has nothing to do with the case from now on (回避)."""

    who: str  # account, of whoever owns the log

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.who, MAX_NAME_CHARS), least=1)
