"""Whether a case is accepted.

Source: docs/casework.md, "Events".
"""

from protocol.casework.events.base import Approved, Body, require_few
from protocol.limits import MAX_COUNT, MAX_FAULTS, MAX_NAME_CHARS
from protocol.records.corrections import FieldFault
from protocol.records.taken_in import Owed
from protocol.records.texts import require_day, require_texts


class Received(Body, frozen=True, kw_only=True, tag="received"):
    """The application is inside the county (收件)."""

    corrects: str = ""  # number of the case whose correction it is
    window_ms: int = 0  # when the applicant was at the window, as the village says; 0: not said
    window_day: str = ""  # the same, where the clock of the village was not to be trusted

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        if not 0 <= self.window_ms < MAX_COUNT:
            raise ValueError("window_ms")
        if self.window_day:
            require_day(self.window_day)


class Accepted(Body, frozen=True, kw_only=True, tag="accepted"):
    """It is complete and lawful, and will be decided (受理)."""

    node: str = ""  # id of the flow's node at which it stands; empty: the item has no flow
    owed: tuple[Owed, ...] = ()  # papers that may come later (容缺受理)
    calendar: int = 0  # release whose calendar its limits are counted by; 0: the newest one

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_few(self.owed)


class AcceptedByDefault(Body, frozen=True, kw_only=True, tag="accepted-by-default"):
    """Nobody spoke in time: it counts as accepted from the day of receipt (视为受理)."""

    node: str = ""
    calendar: int = 0  # release whose calendar says that nobody spoke in time


class CorrectionAsked(Approved, frozen=True, kw_only=True, tag="correction-asked"):
    """The applicant is told at once all that is to be corrected (一次性告知)."""

    faults: tuple[FieldFault, ...] = ()
    until: str = ""  # the last day, as 2027-01-31; empty: none was set

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        if len(self.faults) > MAX_FAULTS:
            raise ValueError("too many faults")
        if self.until:
            require_day(self.until)


class CorrectionCancelled(Body, frozen=True, kw_only=True, tag="correction-cancelled"):
    """Nothing has to be corrected after all."""


class Corrected(Body, frozen=True, kw_only=True, tag="corrected"):
    """What was missing is here (补正齐全)."""

    follow_up: str = ""  # id of what brought it; empty: a handler says so


class Continued(Body, frozen=True, kw_only=True, tag="continued"):
    """Another case goes on with it: a corrected application, or the same one twice (并案)."""

    case: str  # its number


class Lapsed(Body, frozen=True, kw_only=True, tag="lapsed"):
    """The day for the correction has passed (逾期未补正)."""


class NotAccepted(Body, frozen=True, kw_only=True, tag="not-accepted"):
    """It will not be decided here (不予受理)."""

    where: str = ""  # who answers for it

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.where, MAX_NAME_CHARS))


class Transferred(Body, frozen=True, kw_only=True, tag="transferred"):
    """It was passed to the authority that answers for it (转送)."""

    where: str

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.where, MAX_NAME_CHARS), least=1)


class TakenBack(Body, frozen=True, kw_only=True, tag="taken-back"):
    """It was passed on, lapsed or was not accepted by mistake: it is taken up again."""


class PaidFirst(Approved, frozen=True, kw_only=True, tag="paid-first"):
    """Help was given before the papers (先行救助)."""

    until: str = ""  # the last day for the papers

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        if self.until:
            require_day(self.until)
