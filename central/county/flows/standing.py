"""Where open cases stand, for changes of departments and posts that must strand none of them."""

import itertools
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.service import Casework
from central.county.departments.ports import PersonStand, PostStand, Stand
from central.county.departments.staffing import Power
from central.county.flows.log import By, CaseLog
from central.county.flows.models import DUE, IS_HELD, StatusRow
from central.county.flows.place import Place
from protocol.casework.events.handling import HandedOver
from protocol.ports import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStanding:
    """Of one county (central.county.departments.ports.Standing).

    Cases stand at a post by the flow of their item, which names it: a post that goes takes its
    names along to its successor, so only what somebody holds has to be handed over.
    """

    log: CaseLog
    casework: Casework
    clock: Clock

    async def standing(self, session: AsyncSession, at: Stand) -> int:
        """How many open cases stand there."""
        query = select(func.count()).select_from(StatusRow).where(StatusRow.is_open, _there(at))
        return await session.scalar(query) or 0

    async def move(self, session: AsyncSession, origin: Stand, to: Stand, by: str) -> None:
        """Hand over what somebody holds; at a post a case stands by a name, which moves along."""
        if not (isinstance(origin, PersonStand) and isinstance(to, PersonStand)):
            return
        query = select(StatusRow.station, StatusRow.application)
        rows = await session.execute(query.where(StatusRow.is_open, _there(origin)))
        keys = {(station, application) for station, application in rows}
        for handled in (await self.casework.handled_of(session, keys)).values():
            case = await self.log.read(session, handled)
            moved = [HandedOver(to=to.name)]
            await self.log.append(session, case, moved, By(name=by), self.clock.now_ms())


def _there(at: Stand) -> ColumnElement[bool]:
    match at:
        case PersonStand(name=name):
            return and_(StatusRow.holder == name, IS_HELD, StatusRow.office.in_(("", DUE)))
        case PostStand(departments=departments, posts=posts):
            places = itertools.product(departments, posts, Power)
            return StatusRow.place.in_([str(Place(*one)) for one in places])
