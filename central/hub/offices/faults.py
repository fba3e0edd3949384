"""What is wrong with a township's office, as its hub can see. Queries; none of them commits."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.approval import approved_key
from central.hub.offices.models import OfficeCaseRow
from central.hub.offices.purging import overdue
from protocol.envelope.keys import key_name
from protocol.envelope.suites import SuiteNumber
from protocol.trust.rules import Rules
from runtime.doctor.finding import Found
from runtime.node.identity import SealingSeeds

_DAY_MS = 86_400_000
_LATE_MS = 2 * _DAY_MS  # the job looks every hour


async def office_faults(
    session: AsyncSession, keys: Sequence[SealingSeeds], rules: Rules, now_ms: int
) -> list[Found]:
    """A key that waits, cases that no key opens, copies that should have gone."""
    names = [key_name(one.opening()[SuiteNumber.XWING].public_bytes()) for one in keys]
    found = []
    if names and await approved_key(session) != names[-1]:
        found.append(Found("office.key-waits", names[-1].hex()))
    count = await session.scalar(select(func.count()).select_from(OfficeCaseRow)) or 0
    if count and not names:
        found.append(Found("office.key-lost", f"{count} 件"))
    late = await overdue(session, now_ms - rules.office_days * _DAY_MS - _LATE_MS)
    return [*found, Found("office.purge-late", f"{late} 件")] if late else found
