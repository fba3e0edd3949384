"""What the rules say of one case now: pure, so that any copy of its log says the same.

Source: docs/clocks.md, "Supervision".
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from central.county.supervision.ports import Charge
from central.county.supervision.rules import At, Rule, Rung, Trigger
from protocol.casework.clocks import NEWEST, Running, What, running
from protocol.casework.events.closing import Decided
from protocol.casework.events.handling import Passed, PublicityBegun
from protocol.casework.events.log import Event
from protocol.casework.events.opening import Accepted, NotAccepted, Received
from protocol.casework.lights import Thresholds, is_near, is_over, left
from protocol.casework.rules import CaseRules
from protocol.casework.status import Status
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.kinds import Starts
from protocol.envelope.payloads import Outcome
from protocol.trust.schedule import local_time

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One case, and by what it is looked at."""

    status: Status
    rules: CaseRules
    events: Sequence[Event]
    calendars: Mapping[int, Calendar]  # as of protocol.casework.clocks.running
    thresholds: Thresholds
    now: datetime  # local time without a zone
    charges: Sequence[Charge] = ()

    @property
    def runs(self) -> list[Running]:
        """Every limit that runs."""
        return running(self.status, self.rules, self.calendars, self.now)

    @property
    def at_county(self) -> "Looked":
        """The same, as if nothing had been on the way."""
        limits = replace(self.rules.limits, starts=Starts.COUNTY)
        return replace(self, rules=replace(self.rules, limits=limits))


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A rung that a case has reached."""

    rule: str
    rung: Rung
    subject: str = ""  # node, department, procedure or paper; empty: the whole
    since: str = ""  # of which run of the limit: the same one can be late twice
    words: str
    department: str  # that has to answer
    post: str


def firings(case: Looked, rules: Sequence[Rule]) -> Iterator[Firing]:
    """Every rung that is reached, whether or not it was before; the quietest of a rule first."""
    runs = case.runs
    own = {one.key: one for one in case.at_county.runs}
    for rule in rules:
        match rule.trigger:
            case Trigger.LIMIT:
                yield from _of_limits(case, rule, runs, own)
            case Trigger.TRANSPORT:
                yield from _of_transport(case, rule, runs, own)
            case _:
                for subject, since in _happened(case, rule):
                    yield from _plain(case, rule, subject, since)


def _happened(case: Looked, rule: Rule) -> Iterator[tuple[str, str]]:
    """What of this rule was done, whatever the time: its subject, and which of them it is."""
    match rule.trigger:
        case Trigger.CORRECTIONS if rule.times and case.status.corrections >= rule.times:
            yield "", str(case.status.corrections)
        case Trigger.NO_REASON:
            yield from (("", str(event.n)) for event in case.events if _is_without_reason(event))
        case Trigger.MISSED:
            yield from ((name, "") for name in case.status.missed)
        case Trigger.CHARGED:
            yield from ((one.words, str(one.n)) for one in case.charges)
        case Trigger.OUTSIDE:
            yield from outside(case, rule.minutes)
        case _:
            return  # a bad rating is looked at where ratings are (central.county.ratings.watch)


def _of_limits(
    case: Looked, rule: Rule, runs: Sequence[Running], own: Mapping[tuple[What, str], Running]
) -> Iterator[Firing]:
    """What the county itself made late; the way to it is another rule's."""
    for one in runs:
        if one.budget.what in rule.what:
            judged = own.get(one.key, one)
            yield from (
                _firing(case, rule, at, one) for at in rule.rungs if _reached(case, at, judged)
            )


def _of_transport(
    case: Looked, rule: Rule, runs: Sequence[Running], own: Mapping[tuple[What, str], Running]
) -> Iterator[Firing]:
    for one in runs:
        at_county = own.get(one.key)
        if one.budget.what in rule.what and at_county is not None:
            for at in rule.rungs:
                if _reached(case, at, one) and not _reached(case, at, at_county):
                    yield _firing(case, rule, at, one)


def _reached(case: Looked, at: At, one: Running) -> bool:
    calendar = case.calendars[NEWEST]
    if at.near:
        return is_near(one, calendar, case.now, case.thresholds) or is_over(one, case.now)
    return overrun(one, calendar, case.now) >= at.over


def overrun(one: Running, calendar: Calendar, now: datetime) -> int:
    """How much has passed behind the end, 1 from its first minute on; negative: is left."""
    behind = -left(one, calendar, now)
    return max(1, behind) if is_over(one, now) else min(0, behind)


def _firing(case: Looked, rule: Rule, at: At, one: Running) -> Firing:
    budget = one.budget
    opinion = budget.what is What.OPINION
    return Firing(
        rule=rule.id,
        rung=at.rung,
        subject=budget.name,
        since=f"{budget.start:%Y-%m-%dT%H:%M}",
        words=f"{rule.word}：{budget.name}" if budget.name else rule.word,
        department=budget.name if opinion else case.rules.department,
        post="" if opinion else post_of(case.status, case.rules),
    )


def outside(case: Looked, minutes: int) -> Iterator[tuple[str, str]]:
    """What shows that a case was handled elsewhere, and only written in: words, and which event.

    A poster that hung before anybody had the application; or, of an item with a node before its
    decision that is not decided on the spot, acceptance, nodes and decision within fewer than
    so many minutes.
    """
    first_day, accepted_ms, passed = "", 0, 0
    for event in case.events:
        match event.body:
            case Received() as body:
                first_day = _first_day(body, event.at_ms)
            case Accepted():
                accepted_ms, passed = event.at_ms, 0
            case Passed():
                passed += 1
            case PublicityBegun(day=day) if day < first_day:
                yield "公示早于收件", str(event.n)
            case Decided() if passed and not case.rules.instant:
                if event.at_ms - accepted_ms < minutes * _MINUTE_MS:
                    yield "受理至决定一次补录", str(event.n)
            case _:
                continue


def _first_day(body: Received, at_ms: int) -> str:
    """The day on which somebody had it first: at the window, if that was before the county."""
    window = body.window_day or (f"{local_time(body.window_ms):%Y-%m-%d}" if body.window_ms else "")
    received = f"{local_time(at_ms):%Y-%m-%d}"
    return min(window, received) if window else received


def _plain(case: Looked, rule: Rule, subject: str, since: str) -> Iterator[Firing]:
    for at in rule.rungs:
        yield Firing(
            rule=rule.id,
            rung=at.rung,
            subject=subject,
            since=since,
            words=f"{rule.word}：{subject}" if subject else rule.word,
            department=case.rules.department,
            post=post_of(case.status, case.rules),
        )


def post_of(status: Status, rules: CaseRules) -> str:
    """Where a case has to be answered for: at the township's office that has it, or at a post.

    Until it is accepted that is the post which accepts, not the one behind it.
    """
    if status.office:
        return status.office_name
    if status.accepted_ms is None:
        return rules.acceptance.post if rules.acceptance else ""
    return rules.node(status.node).post


def _is_without_reason(event: Event) -> bool:
    body = event.body
    refused = isinstance(body, Decided) and body.outcome is Outcome.REFUSED
    return (refused or isinstance(body, NotAccepted)) and not body.note.strip()
