"""The life of a county's cases, each part made once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.able import able_to
from central.accounts.roles import RIGHTS, Right
from central.county.casework.answers.publicity import ItemOf
from central.county.casework.cases import Cases
from central.county.casework.service import Casework
from central.county.catalogue.calendars import ReleaseCalendars
from central.county.catalogue.service import Catalogue
from central.county.departments.asking import works_for
from central.county.departments.service import Departments
from central.county.figures.course import Course
from central.county.figures.service import Figures
from central.county.flows.comparing import ViewCheck
from central.county.flows.dates import CaseDates
from central.county.flows.log import CaseLog, Happened, Noted
from central.county.flows.rated import RatedByLog, said_by_village
from central.county.flows.rights import Rights
from central.county.flows.service import Flows, Reclaimed
from central.county.flows.standing import CaseStanding
from central.county.flows.watched import WatchedCases
from central.county.flows.worklist.service import WorkList
from central.county.ratings.opening import CallbackOpening
from central.county.ratings.room import RatingErasure, RatingRoom
from central.county.ratings.service import Callbacks
from central.county.ratings.sums import RatingSums
from central.county.ratings.watch import CallbackWatch
from central.county.supervision.ports import Charges
from central.county.supervision.service import Supervision
from central.county.supervision.watch import Watch, mark, yellow_now
from central.relay.service import Relay
from protocol.trust.schedule import local_time


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRoom:
    """Of one county."""

    flows: Flows
    work: WorkList
    departments: Departments
    supervision: Supervision
    figures: Figures
    ratings: RatingRoom
    views: ViewCheck

    @classmethod
    def build(
        cls,
        relay: Relay,
        *,
        casework: Casework,
        cases: Cases,
        item_of: ItemOf,
        catalogue: Catalogue,
        charges: Charges,
        believed: Callable[[], bool],
        happened: Happened,
        reclaimed: Reclaimed,
    ) -> Self:
        """All of it.

        Args:
            happened: told of each event.
            reclaimed: tells an office that it has lost a case.
            item_of: knows the item of an application.
            charges: knows what should not be about the money of cases.
            believed: whether this machine's date can be believed now.
        """
        store, clock = relay.store, relay.clock
        calendars = ReleaseCalendars(catalogue).of
        figures = Figures(nodes=relay.editions, calendars=calendars, item_of=item_of)
        opening = CallbackOpening(store=store, figures=figures, calendars=calendars)
        log = CaseLog(
            item_of=item_of, release_of=cases.release_of, moved=mark, noted=_both(figures, opening)
        )
        departments = _departments(relay, CaseStanding(log=log, casework=casework, clock=clock))
        flows = Flows(
            store=store,
            casework=casework,
            log=log,
            rights=Rights(departments=departments),
            clock=clock,
            dates=CaseDates(calendars=calendars, yellow=yellow_now, clock=clock),
            happened=happened,
            reclaimed=reclaimed,
        )
        watch = Watch(
            store=store,
            cases=WatchedCases(flows=flows, casework=casework),
            calendars=calendars,
            charges=charges,
            clock=clock,
            believed=believed,
        )
        rated = RatedByLog(log=log, casework=casework)
        return cls(
            flows=flows,
            views=ViewCheck(rated=rated, figures=figures, watch=watch),
            work=WorkList(store=store, casework=casework, log=log, rights=flows.rights),
            departments=departments,
            supervision=Supervision.of(watch),
            figures=figures,
            ratings=_ratings(relay, opening, rated, departments=departments, watch=watch),
        )


def _departments(relay: Relay, standing: CaseStanding) -> Departments:
    return Departments(
        store=relay.store,
        able=partial(able_to, right=Right.CASES, rights=RIGHTS),
        standing=standing,
        clock=relay.clock,
    )


def _both(figures: Figures, opening: CallbackOpening) -> Noted:
    """What is written in a log is counted, and a bad rating in it is to be called back."""

    async def noted(session: AsyncSession, courses: Sequence[Course]) -> None:
        await figures.opened(session, [one for one in courses if one.before is None])
        for one in courses:
            if one.before is not None:
                await figures.moved(session, one)
        await opening.noted(session, courses)

    return noted


def _ratings(
    relay: Relay,
    opening: CallbackOpening,
    cases: RatedByLog,
    *,
    departments: Departments,
    watch: Watch,
) -> RatingRoom:
    store, clock, figures = relay.store, relay.clock, opening.figures

    async def works(session: AsyncSession, name: str, department: str) -> bool:
        day = local_time(clock.now_ms()).date()
        return works_for(await departments.snapshot(session), name, department, day)

    return RatingRoom(
        opening=opening,
        callbacks=Callbacks(
            store=store,
            figures=figures,
            calendars=opening.calendars,
            clock=clock,
            cases=cases,
            works_for=works,
            tell=said_by_village(cases.casework),
        ),
        sums=RatingSums(store=store, figures=figures, clock=clock),
        watch=CallbackWatch(
            store=store,
            calendars=opening.calendars,
            rules=watch.rules,
            clock=clock,
            believed=watch.believed,
        ),
        erasure=RatingErasure(),
    )
