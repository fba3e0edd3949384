"""The newest roster and release that a database holds, without a relay around it."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import EditionRow
from protocol.errors import PeerError
from protocol.trust.edition import Edition, Kind
from protocol.trust.release import stored_release
from protocol.trust.roster import Roster, read_roster


async def stored_roster(session: AsyncSession, first: Roster, root: bytes) -> Roster:
    """The newest that this program understands, or ``first``, which came with the identity."""
    for row in await _newest_first(session, Kind.ROSTER):
        with suppress(PeerError):
            found = read_roster(root, row.proof, row.body)
            return found if found.version > first.version else first
    return first


async def stored_release_of(session: AsyncSession) -> Edition | None:
    """The newest release.

    Raises:
        PeerError: it is not what was signed.
    """
    for row in await _newest_first(session, Kind.RELEASE):
        return stored_release(row.proof, row.body)
    return None


async def _newest_first(session: AsyncSession, kind: Kind) -> list[EditionRow]:
    query = select(EditionRow).where(EditionRow.kind == kind.value)
    rows = await session.scalars(query.order_by(EditionRow.version.desc()).limit(4))
    return list(rows.all())
