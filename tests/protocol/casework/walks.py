"""Random lives of cases: every step that is enabled, and everything that happens by itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from protocol.casework.events import closing, handling, offices, opening
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.fold import follow
from protocol.casework.offices import followed_by, refused_at
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.casework.table import STEPS, Step, refusal
from protocol.catalogue.calendars.due import Limit, Unit
from protocol.catalogue.items.handling import Handling
from protocol.catalogue.items.kinds import NodeKind, Tier
from protocol.catalogue.items.parts import FlowNode, Limits, Special
from protocol.envelope.payloads import Outcome
from protocol.ids import NodeId
from protocol.records.taken_in import Owed

DAY_MS = 86_400_000
KINDS = (NodeKind.REVIEW, NodeKind.JOINT, NodeKind.PUBLICITY, NodeKind.ASSESSMENT)
OFFICE = NodeId("a1" * 8)
_TEN = Limit(count=10, unit=Unit.WORKING_DAYS)


def rules_with(*kinds: NodeKind, special: bool = True) -> CaseRules:
    """Of an item whose flow has these nodes, and a decision behind them."""
    nodes = [FlowNode(id=f"n{n}", kind=kind, name=f"环节{n}") for n, kind in enumerate(kinds)]
    decision = FlowNode(id="decision", kind=NodeKind.DECISION, name="决定")
    named = (Special(name="专家评审", limit=_TEN),) if special else ()
    limits = Limits(legal=_TEN, promised=_TEN)
    handling = Handling(by_default=True, correct=_TEN, lapses=True, extend=_TEN, papers=_TEN)
    return CaseRules(nodes=(*nodes, decision), special=named, limits=limits, handling=handling)


def with_township(rules: CaseRules, count: int) -> CaseRules:
    """The same flow, of which a township accepts, and works at the first ``count`` nodes."""
    acceptance = FlowNode(id="a", kind=NodeKind.ACCEPTANCE, name="受理", tier=Tier.TOWNSHIP)
    nodes = tuple(
        replace(one, tier=Tier.TOWNSHIP) if n < count and one.kind not in _COUNTYS else one
        for n, one in enumerate(rules.nodes)
    )
    return replace(rules, acceptance=acceptance, nodes=nodes) if count else rules


_COUNTYS = (NodeKind.JOINT, NodeKind.PUBLICITY)
flows = st.builds(
    with_township,
    st.lists(st.sampled_from(KINDS), max_size=4).map(lambda kinds: rules_with(*kinds)),
    st.integers(0, 5),
)


def body_of(step: Step, status: Status, rules: CaseRules) -> AnyBody:
    """Something that may happen by this step."""
    made: dict[type[AnyBody], AnyBody] = {
        opening.Accepted: opening.Accepted(
            node=rules.first, owed=(Owed(material="photo", until="2027-01-05"),)
        ),
        opening.AcceptedByDefault: opening.AcceptedByDefault(node=rules.first),
        opening.CorrectionAsked: opening.CorrectionAsked(note="缺页", until="2027-01-05"),
        opening.Continued: opening.Continued(case="451423-2027-KT000002"),
        opening.Transferred: opening.Transferred(where="县医疗保障局"),
        handling.Passed: handling.Passed(node=status.node, next=rules.after(status.node)),
        handling.Suspended: handling.Suspended(procedure="专家评审"),
        handling.Extended: handling.Extended(limit="10wd", approver="韦局"),
        handling.OpinionAsked: handling.OpinionAsked(department="县残联", until="2027-01-05"),
        handling.OpinionGiven: handling.OpinionGiven(department="县残联", agrees=True),
        handling.OpinionRecalled: handling.OpinionRecalled(department="县残联"),
        handling.PublicityBegun: handling.PublicityBegun(day="2027-01-04"),
        handling.ObjectionSettled: handling.ObjectionSettled(upheld=False),
        handling.PaperMissed: handling.PaperMissed(material="photo"),
        handling.HandedOver: handling.HandedOver(to="农梅"),
        handling.Recused: handling.Recused(who="农梅", note="亲属"),
        opening.NotAccepted: opening.NotAccepted(note="不归本县"),
        handling.SentBack: handling.SentBack(
            node=status.node, next=rules.before(status.node), note="重查"
        ),
        offices.OfficeGiven: offices.OfficeGiven(
            office=OFFICE, name="水口镇社会事务办公室", key="0b" * 8
        ),
        closing.Decided: closing.Decided(outcome=Outcome.APPROVED),
        closing.Rated: closing.Rated(level=4),
        closing.FlowAmended: closing.FlowAmended(before=1, after=2, node=rules.first),
        closing.DeadlineMoved: closing.DeadlineMoved(
            what="legal", before="2027-01-05", after="2027-01-06", calendar=2
        ),
        closing.Linked: closing.Linked(case="451423-2027-KT000002"),
    }
    return made.get(step.body) or step.body()  # type: ignore[call-arg]


@dataclass
class Walk:
    """One life, event by event."""

    rules: CaseRules
    events: list[Event] = field(default_factory=list)
    status: Status = field(default_factory=Status)

    def __post_init__(self) -> None:
        self.happens(opening.Received())

    def happens(self, body: AnyBody, by: str = "农梅") -> None:
        n = len(self.events) + 1
        event = Event(n=n, at_ms=n * DAY_MS, by=by, body=body)
        self.status = follow(self.status, event)
        self.events.append(event)

    def possible(self) -> Iterator[Step]:
        """Every step that nothing stands in the way of, whoever does it."""
        return (step for step in STEPS if not self.refusal(step))

    def refusal(self, step: Step) -> str:
        """Why neither the county nor the office can do it."""
        if self.status.office and not refused_at(step, self.status, self.rules, OFFICE):
            return ""
        return refusal(step, self.status, self.rules)

    def go(self, choice: int) -> Step:
        """One of them, and what follows by itself."""
        steps = [*self.possible()]
        step = steps[choice % len(steps)]
        self.happens(body_of(step, self.status, self.rules))
        for body in followed_by(self.status, self.rules):
            self.happens(body, by="")
        return step
