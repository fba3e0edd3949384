"""Every limit that runs in a case: what is stored of it, and the dates that follow.

What is stored is the log (when something began, what stopped it, by how much it was made longer,
whose calendar counts); dates are derived, never kept. Time on the way to the county is told
apart, and makes no limit longer.

Source: docs/clocks.md; 行政许可法 articles 32, 42 and 45.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from protocol.casework.events.closing import DeadlineMoved
from protocol.casework.rules import CaseRules
from protocol.casework.states import TO_DELIVER, State
from protocol.casework.status import Span, Status
from protocol.casework.status import Stop as StopKind
from protocol.catalogue.calendars.due import Due, Limit, Stop, due, read_limit
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.kinds import Starts
from protocol.trust.schedule import local_time


class What(StrEnum):
    """Which limit."""

    ACCEPTANCE = "acceptance"
    NODE = "node"
    PROMISED = "promised"
    LEGAL = "legal"
    SPECIAL = "special"
    CORRECTION = "correction"
    PAPERS = "papers"
    FIRST = "first"
    OPINION = "opinion"
    PUBLICITY = "publicity"
    TELLING = "telling"
    DELIVERY = "delivery"


WHAT_WORDS: Mapping[What, str] = {
    What.ACCEPTANCE: "受理期限",
    What.NODE: "环节时限",
    What.PROMISED: "承诺时限",
    What.LEGAL: "法定时限",
    What.SPECIAL: "特别程序",
    What.CORRECTION: "补正期限",
    What.PAPERS: "容缺材料补交",
    What.FIRST: "先行救助后补材料",
    What.OPINION: "部门答复意见",
    What.PUBLICITY: "公示期",
    What.TELLING: "决定告知",
    What.DELIVERY: "决定送达",
}
"""As people call them."""

WHOLE = (What.PROMISED, What.LEGAL)
"""Limits of the whole case: they stop, are made longer once, and move with the calendar."""

NEWEST = 0
"""Among releases with calendars: whichever is the newest."""

_STOP_WORDS = {StopKind.SPECIAL: "特别程序", StopKind.PUBLICITY: "公示"}
_SAID = "已告知的最后一天"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is stored of a limit: everything but the calendar that its dates follow from."""

    what: What
    name: str = ""  # of the node, department, procedure or paper
    start: datetime  # local time
    limits: Sequence[Limit] = ()  # one after the other; none: a day was said
    until: date | None = None  # that day
    stops: Sequence[Stop] = ()
    stands: bool = False  # a stop has not ended: the date moves on day by day


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A limit that runs, and when it ends."""

    budget: Budget
    due: date | datetime  # the handler's: the earlier one of a provisional date
    latest: date | datetime  # the citizen's: the later one
    provisional: bool
    why: Sequence[str]  # day by day, in Chinese

    @property
    def key(self) -> tuple[What, str]:
        """Which it is, among those of its case."""
        return self.budget.what, self.budget.name


def running(
    status: Status, rules: CaseRules, calendars: Mapping[int, Calendar], now: datetime
) -> list[Running]:
    """Every limit that runs in a case, the most urgent first.

    Args:
        calendars: by release, those of the case; NEWEST: of the newest one.
        now: local time, to which a stop that has not ended is counted.
    """
    pinned, newest = _pinned(status, calendars), [calendars[NEWEST]]
    found = [
        derive(one, pinned if one.what in WHOLE else newest) for one in budgets(status, rules, now)
    ]
    return sorted(found, key=lambda one: (moment(one.due), one.key))


def derive(budget: Budget, calendars: Sequence[Calendar]) -> Running:
    """The dates of a limit; of several calendars the one that lets the citizen wait least."""
    if budget.until is not None:
        return Running(
            budget=budget, due=budget.until, latest=budget.until, provisional=False, why=(_SAID,)
        )
    first, *more = [_counted(budget, one) for one in calendars]
    best = min((first, *more), key=lambda one: (moment(one.latest), one.provisional))
    return Running(
        budget=budget,
        due=best.due,
        latest=best.latest,
        provisional=best.provisional,
        why=best.why,
    )


def moved(
    status: Status,
    rules: CaseRules,
    calendars: Mapping[int, Calendar],
    release: int,
    now: datetime,
) -> list[DeadlineMoved]:
    """What the newest calendar, of ``release``, moves: never to a later day for the citizen."""
    if not status.calendars or release in status.calendars:
        return []
    pinned = _pinned(status, calendars)
    pairs = [
        (one.what, derive(one, pinned), derive(one, [*pinned, calendars[NEWEST]]))
        for one in budgets(status, rules, now)
        if one.what in WHOLE
    ]
    return [
        DeadlineMoved(
            what=what.value, before=written(old.latest), after=written(new.latest), calendar=release
        )
        for what, old, new in pairs
        if (old.latest, old.provisional) != (new.latest, new.provisional)
    ]


def written(when: date | datetime) -> str:
    """As commands and events write it."""
    return when.isoformat(timespec="minutes") if isinstance(when, datetime) else when.isoformat()


def last_day(limit: Limit, start: date, calendar: Calendar) -> date:
    """The day that somebody is told who has ``limit`` from ``start`` on."""
    found = due(start, limit, calendar).latest
    return found.date() if isinstance(found, datetime) else found


def moment(when: date | datetime) -> datetime:
    """The last moment of a limit: the end of its day, or the minute itself."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.max)


def transport(status: Status, rules: CaseRules) -> timedelta:
    """How long it was on the way to the county, where the clock runs at the village already."""
    return local_time(status.received_ms) - began(status, rules)


def began(status: Status, rules: CaseRules) -> datetime:
    """When the receipt was that starts the clock; never after the county's own.

    A township has what the county hands it: stations seal for the county, and hubs read nothing.
    """
    received = local_time(status.received_ms)
    if rules.limits.starts is not Starts.VILLAGE:
        return received
    if status.window_day:
        said = datetime.combine(date.fromisoformat(status.window_day), time(), received.tzinfo)
        return min(said, received)
    return min(local_time(status.window_ms), received) if status.window_ms else received


def budgets(status: Status, rules: CaseRules, now: datetime) -> list[Budget]:
    """What is stored of every limit that runs."""
    return [*_before(status, rules), *_handling(status, rules, now), *_behind(status, rules)]


def _pinned(status: Status, calendars: Mapping[int, Calendar]) -> list[Calendar]:
    """Those that count for the whole: of its acceptance, and each that has moved it since."""
    found = [calendars[one] for one in status.calendars if one in calendars]
    return found or [calendars[NEWEST]]


def _before(status: Status, rules: CaseRules) -> Iterator[Budget]:
    """Until it is accepted."""
    start = _plain(began(status, rules))
    match status.state:
        case State.RECEIVED:
            yield Budget(what=What.ACCEPTANCE, start=start, limits=(rules.handling.accept,))
        case State.CORRECTION if status.correction_until:
            yield _said(What.CORRECTION, status.correction_until, start)
        case State.PAID_FIRST if status.paid_until:
            yield _said(What.FIRST, status.paid_until, start)
        case _:
            return


def _handling(status: Status, rules: CaseRules, now: datetime) -> Iterator[Budget]:
    """Until it is decided."""
    if status.accepted_ms is None or status.state not in {State.ACCEPTED, State.SUSPENDED}:
        return
    start = _plain(_accepted(status, rules))
    stops = [_stop(one, now) for one in status.spans if _stands(one, rules)]
    stands = any(one.to_ms is None for one in status.spans if _stands(one, rules))
    more = (read_limit(status.extended),) if status.extended else ()
    for what, whole in ((What.PROMISED, rules.limits.promised), (What.LEGAL, rules.limits.legal)):
        if whole:
            limits = _together(whole, *more)
            yield Budget(what=what, start=start, limits=limits, stops=stops, stands=stands)
    node = rules.node(status.node)
    if node.limit:
        since = _plain(local_time(status.node_ms))
        yield Budget(
            what=What.NODE,
            name=node.name,
            start=since,
            limits=(node.limit,),
            stops=stops,
            stands=stands,
        )
    yield from _beside(status, rules, start)


def _beside(status: Status, rules: CaseRules, start: datetime) -> Iterator[Budget]:
    """What runs beside the whole, and stops for nothing."""
    for paper in status.owed:
        yield _said(What.PAPERS, paper.until, start, paper.material)
    for name in status.waits_for:
        asked = status.opinions[name]
        yield _said(What.OPINION, asked.until, _plain(local_time(asked.asked_ms)), name)
    if status.publicity_day and rules.publicity:
        day = datetime.combine(date.fromisoformat(status.publicity_day), time())
        yield Budget(what=What.PUBLICITY, start=day, limits=(rules.publicity,))
    for span in status.spans:
        if span.kind is StopKind.SPECIAL and span.to_ms is None:
            planned = _planned(span, rules)
            since = _plain(local_time(span.from_ms))
            if planned:
                yield Budget(what=What.SPECIAL, name=span.name, start=since, limits=(planned,))


def _behind(status: Status, rules: CaseRules) -> Iterator[Budget]:
    """After the decision."""
    if status.state not in TO_DELIVER or status.decided_ms is None:
        return
    start = _plain(local_time(status.decided_ms))
    if rules.handling.tell and status.told_ms is None:
        yield Budget(what=What.TELLING, start=start, limits=(rules.handling.tell,))
    if rules.handling.deliver:
        yield Budget(what=What.DELIVERY, start=start, limits=(rules.handling.deliver,))


def _accepted(status: Status, rules: CaseRules) -> datetime:
    """When the whole begins: as if nothing had been on the way."""
    return local_time(status.accepted_ms or 0) - transport(status, rules)


def _counted(budget: Budget, calendar: Calendar) -> Due:
    """One limit after the other; the next begins where the one before ends."""
    first, *more = budget.limits
    found = due(budget.start, first, calendar, budget.stops)
    for limit in more:
        later = due(found.latest, limit, calendar, budget.stops)
        found = Due(
            due=due(found.due, limit, calendar, budget.stops).due,
            latest=later.latest,
            provisional=found.provisional or later.provisional,
            why=(*found.why, *later.why),
        )
    return found


def _together(first: Limit, *more: Limit) -> Sequence[Limit]:
    """What is of one unit is one limit; units never mix."""
    if len(more) == 1 and more[0].unit is first.unit:
        return (Limit(count=first.count + more[0].count, unit=first.unit),)
    return (first, *more)


def _stands(span: Span, rules: CaseRules) -> bool:
    """Whether this time does not count."""
    return span.kind is StopKind.SPECIAL or not rules.publicity_counts


def _stop(span: Span, now: datetime) -> Stop:
    begins = _plain(local_time(span.from_ms))
    ends = max(_plain(local_time(span.to_ms)) if span.to_ms is not None else _plain(now), begins)
    words = _STOP_WORDS[span.kind]
    return Stop(name=f"{words}“{span.name}”" if span.name else words, begins=begins, ends=ends)


def _planned(span: Span, rules: CaseRules) -> Limit | None:
    """How long a special procedure may take: as was told, else as the item has it."""
    if span.planned:
        return read_limit(span.planned)
    return next((one.limit for one in rules.special if one.name == span.name), None)


def _said(what: What, day: str, start: datetime, name: str = "") -> Budget:
    return Budget(what=what, name=name, start=start, until=date.fromisoformat(day))


def _plain(when: datetime) -> datetime:
    """Without its zone, as days are counted."""
    return when.replace(tzinfo=None)
