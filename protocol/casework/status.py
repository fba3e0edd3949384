"""How far a case has got: what the fold of its log says.

Source: docs/casework.md.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from protocol.casework.states import State
from protocol.envelope.payloads import Outcome
from protocol.records.taken_in import Owed


class Stop(StrEnum):
    """Why time stands still."""

    SPECIAL = "special"
    PUBLICITY = "publicity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Time that may not count in a limit."""

    kind: Stop
    name: str  # of the special procedure
    from_ms: int
    to_ms: int | None = None  # None: it still runs
    planned: str = ""  # how long it will take, as a limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one department was asked."""

    until: str  # the last day
    asked_ms: int
    given_ms: int | None = None
    agrees: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A case after some of its events."""

    n: int = 0  # of the last event
    state: State = State.RECEIVED
    node: str = ""  # id of the flow's node at which it stands; empty: none
    node_ms: int = 0  # since when
    release: int = 0  # whose flow counts; 0: that of the application
    office: str = ""  # id of the hub whose office owns the log; empty: the county does
    office_name: str = ""  # that has it, or had it last
    turn: int = 0  # number of the event that gave it to an office last
    stays: bool = False  # it was taken back, and goes to no office before somebody says so
    holder: str = ""  # account of the handler who took it on; empty: nobody
    recused: tuple[str, ...] = ()  # who has nothing to do with it (protocol.casework.persons)
    accepter: str = ""  # who accepted it
    decider: str = ""
    received_ms: int = 0  # of what has to be answered: of the correction, if there was one
    window_ms: int = 0  # when it was handed in at the window; 0: that does not count any more
    window_day: str = ""
    accepted_ms: int | None = None  # by default: the time of receipt
    corrections: int = 0  # how often the applicant was asked
    correction_until: str = ""  # the last day of the open correction
    corrects: str = ""  # number of the case whose correction this one is
    owed: tuple[Owed, ...] = ()  # papers that are still to come
    missed: tuple[str, ...] = ()  # papers that did not come in time
    paid_until: str = ""  # after help in an emergency: the last day for the papers
    calendars: tuple[int, ...] = ()  # releases whose calendars count; none: the newest one
    extended: str = ""  # by how much, as a limit; empty: not
    spans: tuple[Span, ...] = ()
    opinions: Mapping[str, Opinion] = field(default_factory=dict)  # by department
    publicity_day: str = ""  # from which its days count; empty: no poster hangs
    objections: int = 0  # that nobody has looked into
    outcome: Outcome | None = None
    decided_ms: int | None = None
    told_ms: int | None = None  # when the decision was told
    delivered_ms: int | None = None
    is_unwanted: bool = False  # the applicant asked to take it back
    rating: int = 0  # 0: none
    ended_ms: int | None = None

    @property
    def was_public(self) -> bool:
        """Whether a poster hung to its end since the case stands at this node."""
        return any(
            one.kind is Stop.PUBLICITY and one.to_ms is not None and one.from_ms >= self.node_ms
            for one in self.spans
        )

    @property
    def waits_for(self) -> Iterator[str]:
        """Departments whose opinion is still to come."""
        return (name for name, one in self.opinions.items() if one.given_ms is None)
