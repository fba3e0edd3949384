"""What an office of a township may do with a case whose log it owns, and when that goes back.

Source: docs/casework.md, "Township offices".
"""

from collections.abc import Iterator, Sequence

from protocol.casework import guards
from protocol.casework.bodies import WITH_REASON, plain
from protocol.casework.events import closing, handling, opening
from protocol.casework.events.base import Approved
from protocol.casework.events.log import AnyBody, Event
from protocol.casework.events.offices import OfficeReturned
from protocol.casework.fold import follow
from protocol.casework.persons import refused_to
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.casework.table import BY_BODY, STEPS, Power, Step, refusal
from protocol.catalogue.items.kinds import Tier
from protocol.codec import altered
from protocol.envelope.payloads import Outcome
from protocol.ids import NodeId
from protocol.text import visible
from protocol.trust.roster import Role, Roster, State
from protocol.trust.schedule import local_time

_TOWNSHIP_DIGITS = 9  # of a division code: the villages of one township share them
_OUTCOMES = frozenset({Outcome.APPROVED, Outcome.REFUSED})
_ACTIONS = frozenset(
    {
        *("accept", "ask-correction", "not-accept"),
        *("pass", "send-back", "take", "give-back", "step-aside", "decide", "return-to-county"),
    }
)
"""What an office does, each by the tier of its node; all else is done at the county."""


def is_due(status: Status, rules: CaseRules) -> bool:
    """Whether a case is to go to an office now."""
    return not status.office and not guards.may_go_to_office(status, rules)


def goes_back(status: Status, rules: CaseRules) -> bool:
    """Whether an office has nothing more to do with a case that it owns."""
    return bool(status.office) and rules.at_township(status) is None


def hub_of(roster: Roster, station: NodeId) -> NodeId | None:
    """The hub of the township that a station lies in; None: it has none that may speak."""
    entry = roster.nodes.get(station)
    if entry is None:
        return None
    parent = roster.nodes.get(NodeId(entry.parent))
    township = entry.code[:_TOWNSHIP_DIGITS]
    if parent is not None and _is_hub_of(parent.code, parent.role, township):
        return NodeId(entry.parent) if parent.state is State.ACTIVE else None
    found = sorted(
        node
        for node, one in roster.nodes.items()
        if one.state is State.ACTIVE and _is_hub_of(one.code, one.role, township)
    )
    return found[0] if found else None


def office_name(roster: Roster, hub: NodeId, office: str) -> str:
    """As people call an office: its township and its own name."""
    entry = roster.nodes.get(hub)
    return f"{entry.name if entry else hub}{office}"


def refused_at(step: Step, status: Status, rules: CaseRules, office: NodeId) -> str:
    """Why an office can't do ``step`` now, in Chinese; empty: it can."""
    if step.action not in _ACTIONS:
        return "这一步只能由县里办"
    if status.n >= status.turn + guards.MAX_OFFICE_LOG and step.body is not OfficeReturned:
        return "这一件在乡镇办的步骤太多，请交回县里"
    if why := refusal(step, status, rules, at=office):
        return why
    acceptance, decision = rules.acceptance, rules.nodes[-1]
    if step.power is Power.ACCEPT and (acceptance is None or acceptance.tier is Tier.COUNTY):
        return "本事项由县里受理"
    if step.power is Power.DECIDE and decision.tier is Tier.COUNTY:
        return "本事项由县里决定"
    return ""


def enabled_at(status: Status, rules: CaseRules, office: NodeId) -> tuple[Step, ...]:
    """What an office can do now with a case."""
    return tuple(one for one in STEPS if not refused_at(one, status, rules, office))


def refused_of(event: Event, status: Status, rules: CaseRules, office: NodeId) -> str:
    """The same of something that an office has done, as it says, or is about to do.

    An office may be hostile: what its program follows is asked of its word as well.
    """
    body, step = event.body, BY_BODY[type(event.body)]
    if why := refused_at(step, status, rules, office):
        return why
    if isinstance(body, OfficeReturned) and not event.by and goes_back(status, rules):
        return ""  # by itself
    if not event.by.strip() or visible(event.by) != event.by:
        return "没有写明是谁办的"
    if why := refused_to(step, status, rules, event.by):
        return why
    return _wrong_body(event, status, rules)


def _wrong_body(event: Event, status: Status, rules: CaseRules) -> str:
    """What whoever types it is asked for, and what follows from the case."""
    body, day = event.body, local_time(event.at_ms).date().isoformat()
    if plain(body.note) != body.note:
        return "说明里有看不见的字"
    if type(body) in WITH_REASON and not body.note.strip():
        return "没有写明理由"
    if isinstance(body, Approved) and body.approver not in {"", event.by}:
        return "乡镇的步骤不能写别人审批"
    return _wrong_fields(event.by, body, status, rules) or _too_early(body, day)


def _wrong_fields(by: str, body: AnyBody, status: Status, rules: CaseRules) -> str:
    at = status.node
    match body:
        case opening.Accepted(node=node):
            fits, why = node == rules.first, "受理后应到第一个环节"
        case handling.Passed(node=node, next=after):
            fits, why = (node, after) == (at, rules.after(at)), "不是这一环节的下一个环节"
        case handling.SentBack(node=node, next=after):
            fits, why = (node, after) == (at, rules.before(at)), "不是这一环节的上一个环节"
        case handling.Recused(who=who):
            fits, why = who == by, "只能自己回避"
        case opening.CorrectionAsked(note=note, faults=faults):
            fits, why = bool(note.strip() or faults), "要写明要改什么"
        case closing.Decided(outcome=outcome):
            fits, why = outcome in _OUTCOMES, "决定只能是准予或不予"
        case _:
            return ""
    return "" if fits else why


def _too_early(body: AnyBody, day: str) -> str:
    match body:
        case opening.CorrectionAsked(until=until):
            days = [until]
        case opening.Accepted(owed=owed):
            days = [one.until for one in owed]
        case _:
            return ""
    return "最后期限不能早于当天" if any(one and one < day for one in days) else ""


def done_again(
    events: Sequence[Event], status: Status, rules: CaseRules, office: NodeId
) -> list[Event]:
    """What an office did, under the next numbers of another turn, as far as it fits there."""
    found: list[Event] = []
    for event in events:
        one = altered(event, n=status.n + 1)
        if refused_of(one, status, rules, office):
            break
        found.append(one)
        status = follow(status, one)
    return found


def followed_by(status: Status, rules: CaseRules) -> Iterator[AnyBody]:
    """What happens by itself at an office after each of its events."""
    if goes_back(status, rules):
        yield OfficeReturned()


def _is_hub_of(code: str, role: Role, township: str) -> bool:
    return role is Role.HUB and code[:_TOWNSHIP_DIGITS] == township
