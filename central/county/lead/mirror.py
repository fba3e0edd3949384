"""What the lead's authority knows, for processes that have no authority."""

import logging
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.lead.lease import Lease
from central.county.lead.models import MirrorRow
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.codec import Record, pack, unpack
from protocol.envelope.colleagues import Colleagues
from protocol.envelope.keys import PublicKeys
from protocol.limits import MIB

log = logging.getLogger(__name__)

_NAME, _CONTEXT = "authority", b"mirror"
_MOST_BYTES = 64 * MIB  # keys of 50,000 nodes


class Facts(Record, frozen=True, kw_only=True):
    """As of one moment."""

    keys: dict[str, PublicKeys]  # of nodes that have joined, for sealing, too
    policy: str  # the file
    at_ms: int  # the lead's date


@dataclass(frozen=True, slots=True)
class Numbered:
    """Facts, and which they are."""

    number: int
    facts: Facts


@dataclass(slots=True, kw_only=True)
class Mirror:
    """Written by the lead, read by the others."""

    store: Store
    colleagues: Colleagues

    async def write(self, facts: Facts, lease: Lease) -> None:
        """Let the others know ``facts``, if this process leads."""
        sealed = self.colleagues.seal(_CONTEXT, pack(facts))

        async def work(session: AsyncSession) -> None:
            await lease.fence(session)
            await session.execute(
                insert_new(session, MirrorRow).values(name=_NAME, number=0, body=b"")
            )
            row = update(MirrorRow).where(MirrorRow.name == _NAME)
            await session.execute(row.values(number=MirrorRow.number + 1, body=sealed))

        await self.store.transact(work)

    async def read(self, held: int = 0) -> Numbered | None:
        """What is newer than number ``held``; None if nothing is.

        Raises:
            UnopenableError: somebody else wrote it.
        """
        found = await self.store.transact(partial(_newer, held=held))
        if found is None:
            return None
        number, sealed = found
        plain = self.colleagues.open(_CONTEXT, sealed)
        return Numbered(number, unpack(plain, Facts, limit=_MOST_BYTES))


async def _newer(session: AsyncSession, *, held: int) -> tuple[int, bytes] | None:
    query = select(MirrorRow.number, MirrorRow.body).where(
        MirrorRow.name == _NAME, MirrorRow.number > held
    )
    row = (await session.execute(query)).one_or_none()
    return (row.number, row.body) if row else None
