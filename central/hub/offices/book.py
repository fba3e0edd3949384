"""The copy that the office has of its cases: what the county gave, and what it did since."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Delete, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.hub.offices.models import OfficeCaseRow, OfficeEventRow, OfficeNewsRow
from central.hub.offices.ring import OfficeRing
from protocol.casework.events.log import Event, kind_of
from protocol.casework.events.wire import event_bytes, read_events
from protocol.casework.fold import fold
from protocol.casework.offices import done_again
from protocol.casework.rules import CaseRules, rules_of
from protocol.casework.status import Status
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.codec import pack, unpack
from protocol.envelope.attachments import Attachment
from protocol.envelope.office_payloads import OfficeAnswer, OfficeCase, OfficeErase, OfficeNews
from protocol.errors import DamagedError
from protocol.errors.offices import OfficeCaseUnknownError
from protocol.ids import NodeId
from protocol.limits import MAX_PLAINTEXT_BYTES

ERASED = "case.erased"
"""In ``code``: the county has erased the case, and so is it here."""
_LIMIT = 2 * MAX_PLAINTEXT_BYTES
ASKED = "asked-anew:"
"""Before the code of a turn that was taken away: a county that was restored is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case as this office knows it."""

    row: OfficeCaseRow
    given: OfficeCase
    item: Item
    events: Sequence[Event]
    status: Status
    rules: CaseRules
    said: str  # what the county said of the end of its turn
    news: Sequence[OfficeNews] = ()  # what came for it meanwhile, in the order in which it came

    @property
    def attachments(self) -> Sequence[Attachment]:
        """Every paper, those that came with the case first."""
        return (*self.given.attachments, *(one for told in self.news for one in told.attachments))


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Of one office."""

    ring: OfficeRing

    async def take(self, session: AsyncSession, given: OfficeCase, now_ms: int) -> bool:
        """Keep what was given; False if this turn of the case is here already, or a later one.

        Turns are told apart by when they began: a county that was restored counts anew. What the
        office did in a turn of whose end the county never spoke is done again on top of it.
        """
        station, application = given.station.hex(), given.application
        row = await session.get(OfficeCaseRow, (station, application), populate_existing=True)
        item, log = parse_item(given.entry, given.library), read_events(given.events)
        if row is not None and row.opened_ms >= log[-1].at_ms:
            return False
        before = await self._unended(session, row) if row is not None else []
        status = fold(log)
        mine = OfficeEventRow.station == station, OfficeEventRow.application == application
        await session.execute(delete(OfficeEventRow).where(*mine))
        newest = row.turn + 1 if row is not None and row.turn > given.turn else given.turn
        await session.execute(_news_of(station, application, before=newest))
        if row is None:
            row = OfficeCaseRow(station=station, application=application)
            session.add(row)
        row.turn, row.number, row.item = given.turn, given.case, item.public_name
        row.state, row.n, row.confirmed = status.state.value, status.n, status.n
        row.owned, row.code, row.said = True, "", b""
        row.opened_ms = log[-1].at_ms
        row.due, row.given_ms, row.ended_ms = given.due, now_ms, None
        row.sealed, row.blobs = self.ring.put(_context(row), pack(given)), b""
        await session.flush()
        came = [file for one in await self._news(session, row) for file in one.attachments]
        row.blobs = b"".join(one.blob for one in (*given.attachments, *came))
        await session.flush()
        if before:
            held = await self.held(session, row)
            again = done_again(before, held.status, held.rules, NodeId(held.status.office))
            await self.append(session, held, again)
        return True

    async def _unended(self, session: AsyncSession, row: OfficeCaseRow) -> list[Event]:
        """What was done in a turn of whose end the county has not spoken, if a key opens it."""
        with suppress(DamagedError):
            return [] if row.code else await self.own(session, row)
        return []

    async def answered(self, session: AsyncSession, told: OfficeAnswer, now_ms: int) -> bool:
        """Note how far the county has it; True if it lacks something, and must be told again."""
        key = (told.station.hex(), told.application)
        row = await session.get(OfficeCaseRow, key, populate_existing=True)
        if row is None or row.turn != told.turn or row.code == ERASED:
            return False
        row.confirmed = told.upto
        was_asked, code = row.code.startswith(ASKED), row.code.removeprefix(ASKED)
        if was_asked and not told.over:
            row.owned, row.code, row.ended_ms, row.said = True, "", None, b""
        elif was_asked:
            row.code = code
        elif told.over:
            row.owned, row.code, row.ended_ms = False, told.code, row.ended_ms or now_ms
            row.said = self.ring.put(_context(row), told.words.encode()) if told.words else b""
        await session.flush()
        return not told.over and told.upto < row.n

    async def came(self, session: AsyncSession, told: OfficeNews) -> None:
        """Keep what came for a case, once; of a turn that is over it says nothing any more."""
        station, key = told.station.hex(), (told.station.hex(), told.application)
        row = await session.get(OfficeCaseRow, key, populate_existing=True)
        known = await session.get(OfficeNewsRow, (*key, told.ref), populate_existing=True)
        newest = max(row.turn if row else 0, known.turn if known else 0)
        if told.turn < newest or (known is not None and known.turn == told.turn):
            return
        if known is not None:
            await session.delete(known)
            await session.flush()
        if row is not None and row.turn == told.turn:  # so that they go with it
            row.blobs += b"".join(one.blob for one in told.attachments)
        session.add(
            OfficeNewsRow(
                station=station,
                application=told.application,
                ref=told.ref,
                turn=told.turn,
                came_ms=told.came_ms,
                sealed=self.ring.put(_context_of(*key, told.turn), pack(told)),
            )
        )
        await session.flush()

    async def erase(self, session: AsyncSession, told: OfficeErase) -> None:
        """Nothing is left of a case but that it was here; its papers lose their keys."""
        key = (told.station.hex(), told.application)
        await session.execute(_news_of(*key, before=told.turn + 1))
        row = await session.get(OfficeCaseRow, key, populate_existing=True)
        if row is None or row.turn > told.turn:
            return
        mine = OfficeEventRow.station == key[0], OfficeEventRow.application == key[1]
        await session.execute(delete(OfficeEventRow).where(*mine))
        row.owned, row.code, row.sealed, row.said = False, ERASED, b"", b""
        row.ended_ms = 0  # the row and its papers go the next time that copies are let go of
        await session.flush()

    async def listed(
        self, session: AsyncSession, *, owned: bool, limit: int
    ) -> list[OfficeCaseRow]:
        """Cases that the office has, the most urgent first; or had, the newest first."""
        query = select(OfficeCaseRow).where(
            OfficeCaseRow.owned.is_(owned), OfficeCaseRow.code != ERASED
        )
        query = query.limit(limit)
        if owned:  # without a day: behind all others
            order = (OfficeCaseRow.due == "", OfficeCaseRow.due, OfficeCaseRow.given_ms)
            return list(await session.scalars(query.order_by(*order)))
        return list(await session.scalars(query.order_by(OfficeCaseRow.given_ms.desc())))

    async def of(self, session: AsyncSession, name: str) -> Held:
        """The case of a number.

        Raises:
            OfficeCaseUnknownError: none was given to this office.
            DamagedError: its key is not here.
        """
        query = select(OfficeCaseRow).where(OfficeCaseRow.number == name[:50]).limit(1)
        row = await session.scalar(query)
        if row is None or row.code == ERASED:
            raise OfficeCaseUnknownError(name[:50])
        return await self.held(session, row)

    async def held(self, session: AsyncSession, row: OfficeCaseRow) -> Held:
        """A case with its log."""
        given = unpack(self.ring.take(_context(row), row.sealed), OfficeCase, limit=_LIMIT)
        events = [*read_events(given.events), *await self.own(session, row)]
        item = parse_item(given.entry, given.library)
        said = self.ring.take(_context(row), row.said).decode() if row.said else ""
        return Held(
            row=row,
            given=given,
            item=item,
            events=events,
            status=fold(events),
            rules=rules_of(item),
            said=said,
            news=await self._news(session, row),
        )

    async def own(self, session: AsyncSession, row: OfficeCaseRow) -> list[Event]:
        """What the office did in this turn."""
        query = select(OfficeEventRow).where(
            OfficeEventRow.station == row.station,
            OfficeEventRow.application == row.application,
            OfficeEventRow.turn == row.turn,
        )
        rows = await session.scalars(query.order_by(OfficeEventRow.n))
        return list(read_events([self.ring.take(_context(row), one.sealed) for one in rows]))

    async def _news(self, session: AsyncSession, row: OfficeCaseRow) -> list[OfficeNews]:
        query = select(OfficeNewsRow).where(
            OfficeNewsRow.station == row.station,
            OfficeNewsRow.application == row.application,
            OfficeNewsRow.turn == row.turn,
        )
        rows = await session.scalars(query.order_by(OfficeNewsRow.came_ms, OfficeNewsRow.ref))
        found = (self.ring.take(_context(row), one.sealed) for one in rows)
        return [unpack(one, OfficeNews, limit=_LIMIT) for one in found]

    async def append(self, session: AsyncSession, held: Held, events: Sequence[Event]) -> None:
        """Write the next events of a case; its number is a key, so nothing is written twice."""
        row = held.row
        for event, data in zip(events, event_bytes(events), strict=True):
            session.add(
                OfficeEventRow(
                    station=row.station,
                    application=row.application,
                    turn=row.turn,
                    n=event.n,
                    kind=kind_of(event.body),
                    at_ms=event.at_ms,
                    sealed=self.ring.put(_context(row), data),
                )
            )
        status = fold([*held.events, *events])
        row.n, row.state, row.owned = status.n, status.state.value, bool(status.office)
        await session.flush()

    async def every(self, session: AsyncSession) -> list[OfficeCaseRow]:
        """Cases that the office has, and those that it had; not what was erased."""
        query = select(OfficeCaseRow).where(OfficeCaseRow.code != ERASED)
        return list(await session.scalars(query))


def _context(row: OfficeCaseRow) -> str:
    return _context_of(row.station, row.application, row.turn)


def _context_of(station: str, application: bytes, turn: int) -> str:
    return f"office {station} {application.hex()} {turn}"


def _news_of(station: str, application: bytes, *, before: int) -> Delete:
    """News of turns before that one go."""
    return delete(OfficeNewsRow).where(
        OfficeNewsRow.station == station,
        OfficeNewsRow.application == application,
        OfficeNewsRow.turn < before,
    )
