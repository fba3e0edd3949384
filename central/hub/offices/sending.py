"""What an office did goes to the county: each time all that it has not confirmed.

Source: docs/protocol.md section 6, OfficeEvents.
"""

import logging
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.book import ASKED, Book
from central.hub.offices.models import OfficeCaseRow
from central.relay.instance.notes import keep_note, read_note
from central.relay.queue.post import Post
from central.relay.service import Relay
from central.store.engine import Store
from protocol.casework.events.wire import event_bytes
from protocol.envelope.envelope import Lane
from protocol.envelope.keys import PublicKeys
from protocol.envelope.office_payloads import OfficeEvents, OfficeRequest
from protocol.envelope.payloads import payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.ids import NodeId
from protocol.trust.time_statement import known_time

_COUNTY = "office-county"  # key of the row in meta: which life of the county was told last

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Of one office."""

    relay: Relay
    book: Book
    post: Post

    @classmethod
    def of(cls, relay: Relay, book: Book) -> "Sending":
        """From the hub of ``relay``."""

        def keys_of(node: NodeId) -> PublicKeys | None:
            entry = relay.editions.roster.nodes.get(node)
            return entry.keys if entry else None

        return cls(relay=relay, book=book, post=relay.post_office(keys_of))

    @property
    def store(self) -> Store:
        """Of the hub."""
        return self.relay.store

    async def ask(self, session: AsyncSession, request: OfficeRequest) -> None:
        """Ask the county to seal cases for a key."""
        await self._post(session, request, Lane.CONTROL)

    async def tell(self, session: AsyncSession, row: OfficeCaseRow) -> None:
        """All of this turn that the county has not confirmed; nothing if it has all.

        Of a turn that was taken away, after the county was restored: in any case.
        """
        events = [one for one in await self.book.own(session, row) if one.n > row.confirmed]
        if not events and not row.code.startswith(ASKED):
            return
        said = OfficeEvents(
            station=bytes.fromhex(row.station),
            application=row.application,
            turn=row.turn,
            first=events[0].n if events else row.turn + 1,
            events=event_bytes(events),
        )
        await self._post(session, said, Lane.APPLICATIONS)

    async def again(self, session: AsyncSession, station: bytes, application: bytes) -> None:
        """Tell it once more: the county lacks something, or has forgotten that it knew."""
        row = await session.get(OfficeCaseRow, (station.hex(), application))
        if row is not None:
            await self.tell(session, row)

    async def look(self) -> None:
        """A slow job: after the county was restored, tell it anew what it may have lost."""

        async def work(session: AsyncSession) -> int:
            _, signed = await self.relay.times.held(session)
            if not signed:
                return 0
            life = known_time(signed).instance
            if await read_note(session, _COUNTY) == life:
                return 0
            await keep_note(session, _COUNTY, life)
            return await self._all_again(session)  # also the first time: it may be another by now

        if count := await self.store.transact(work):
            log.info("told anew", extra={"event": "office.told-anew", "cases": count})

    async def _all_again(self, session: AsyncSession) -> int:
        rows = await self.book.every(session)
        for row in rows:
            row.confirmed = row.turn
            if row.code and not row.code.startswith(ASKED):
                row.code = ASKED + row.code
            await session.flush()
            await self.tell(session, row)
        return len(rows)

    async def _post(
        self, session: AsyncSession, said: OfficeRequest | OfficeEvents, lane: Lane
    ) -> None:
        county, _ = self.relay.editions.roster.county()
        await self.post.post(
            session,
            to=county,
            lane=lane,
            payload=payload_bytes(said),
            suite=SuiteNumber.XWING,
        )
