"""What is wrong with offices of townships, as their county can see. Queries; none commits."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.flows.abroad import cases_abroad
from central.county.offices.models import APPROVED, OPEN, OfficeKeyRow
from protocol.ids import NodeId
from protocol.trust.revocation import is_present_pc
from protocol.trust.roster import Roster
from runtime.doctor.finding import Found

_QUIET_MS = 5 * 86_400_000  # a township works on five days of seven


async def office_faults(session: AsyncSession, roster: Roster, now_ms: int) -> list[Found]:
    """Keys that wait for two persons, and cases that lie where nobody seems to work on them."""
    is_open = OfficeKeyRow.state == OPEN
    waiting = await session.scalar(select(func.count()).where(is_open)) or 0
    able = await _able(session, roster)
    found = [Found("office.key-open", str(waiting))] if waiting else []
    for one in await cases_abroad(session):
        entry = roster.nodes.get(one.hub)
        words = f"{entry.name if entry else one.hub} {one.cases} 件"
        if one.hub not in able:
            found.append(Found("office.no-key", words))
        elif now_ms - one.quiet_ms > _QUIET_MS:
            days = (now_ms - one.quiet_ms) // 86_400_000
            found.append(Found("office.quiet", f"{words}，最久 {days} 天"))
    return found


async def _able(session: AsyncSession, roster: Roster) -> set[NodeId]:
    """Hubs that have an approved key, on the PC that they have now."""
    query = select(OfficeKeyRow.hub, OfficeKeyRow.signing).where(OfficeKeyRow.state == APPROVED)
    rows = [(NodeId(hub), key) for hub, key in await session.execute(query)]
    return {
        hub for hub, key in rows if hub in roster.nodes and is_present_pc(roster.nodes[hub], key)
    }
