"""Keys of townships' offices in every state: one waits, one is used, two are of before."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.county import County
from central.county.offices.models import APPROVED, OPEN, REPLACED, RETIRED, OfficeKeyRow
from protocol.trust.roster import Role, Roster

_HOUR_MS = 3_600_000
_BOTH = "王芳 + 李建国 (web)"
_STATES = (APPROVED, OPEN, RETIRED, REPLACED)


def hubs_of(roster: Roster) -> list[str]:
    """In the order of their division codes."""
    found = [(one.code, node) for node, one in roster.nodes.items() if one.role is Role.HUB]
    return [str(node) for _, node in sorted(found)]


async def fill_offices(
    county: County, hubs: Sequence[str], now_ms: int, *, asked_by: str = "农梅"
) -> None:
    """Each of four keys in another state, over two hubs."""

    async def work(session: AsyncSession) -> None:
        for number, state in enumerate(_STATES):
            is_judged = state != OPEN
            session.add(
                OfficeKeyRow(
                    hub=hubs[min(number, 1)],
                    name=f"{number:016x}",
                    xwing=bytes([number]) * 1216,
                    x25519=bytes(32),
                    signing=bytes(32),
                    asked_by=asked_by,
                    asked_ms=None,
                    arrived_ms=now_ms - number * 26 * _HOUR_MS,
                    state=state,
                    judged_ms=now_ms - number * 25 * _HOUR_MS if is_judged else None,
                    judged_by=_BOTH if is_judged else None,
                )
            )

    await county.offices.keys.store.transact(work)
