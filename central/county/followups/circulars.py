"""Circulars: what the county says to every clerk, and who has confirmed by name to have read it.

Source: docs/operations.md, "Circulars".
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import told_today
from central.county.followups.circular_calls import (
    CircularListed,
    CircularSent,
    CircularShown,
    ClerkRead,
    SendCircular,
    StationRead,
)
from central.county.followups.circular_queries import (
    circular_row,
    circular_rows,
    circulars_to,
    confirmations,
    sent_counts,
    stations_of,
)
from central.county.followups.models import CircularRow, CircularStationRow, FollowUpRow
from central.county.followups.shown import said_of
from central.county.ports.relay import Nodes, Outgoing
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.envelope.circular_payloads import Circular
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import NodeUnknownError, UsageError
from protocol.errors.office import CircularUnknownError
from protocol.ids import NodeId, application_id
from protocol.limits import MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.ports import Clock
from protocol.records.followups import Confirmation
from protocol.trust.roster import Role, State

_MOST_AGAIN = 50  # circulars that a station is told once more, or when it has joined: the newest
_STANDS_MS = 365 * 86_400_000  # so long a station that joins is told of one


@dataclass(frozen=True, slots=True, kw_only=True)
class CircularService:
    """Of one county."""

    store: Store
    outgoing: Outgoing
    nodes: Nodes
    clock: Clock

    async def send(self, wanted: SendCircular, by: str) -> CircularSent:
        """Queue it for every station that can be written to; once more changes nothing.

        Raises:
            UsageError: no title, no words, or too many.
        """
        for text, most in ((wanted.title, MAX_NAME_CHARS), (wanted.words, MAX_NOTE_CHARS)):
            if not 0 < len(text.strip()) <= len(text) <= most:
                raise UsageError(
                    f"通知要有标题和内容，最多 {MAX_NAME_CHARS} 个字和 {MAX_NOTE_CHARS} 个字"
                )
        own = _id(wanted.circular)

        async def work(session: AsyncSession) -> CircularSent:
            if await circular_row(session, own) is None:
                row = CircularRow(
                    circular=own,
                    title=wanted.title,
                    words=wanted.words,
                    by=by,
                    sent_ms=self.clock.now_ms(),
                )
                session.add(row)
                await session.flush()
                for station in self._stations():
                    await self._send_to(session, row, station)
            sent = len(await stations_of(session, [own]))
            return CircularSent(circular=own.hex(), stations=sent)

        return await self.store.transact(work)

    async def tell_newcomers(self) -> int:
        """Send what still stands to stations that have joined since; how many circulars that were.

        Each station in a transaction of its own: what a cut leaves unsent is sent at the next look.
        """
        told = 0
        for station in await self.store.transact(self._newcomers):
            told += await self.store.transact(partial(self._tell_newcomer, station=station))
        return told

    async def _newcomers(self, session: AsyncSession) -> Sequence[NodeId]:
        standing = [one.circular for one in await self._standing(session)]
        sent = await sent_counts(session, standing) if standing else {}
        nodes = self.nodes.roster.nodes
        return [
            station
            for station in self._stations()
            if nodes[station].state is State.ACTIVE and sent.get(station, 0) < len(standing)
        ]

    async def _tell_newcomer(self, session: AsyncSession, *, station: NodeId) -> int:
        told = 0
        for row in reversed(await self._standing(session)):  # the oldest first, as others got them
            sent = {"circular": row.circular, "station": station, "told_ms": self.clock.now_ms()}
            new = insert_new(session, CircularStationRow).returning(CircularStationRow.circular)
            if (await session.execute(new, [sent])).all():  # else another process was quicker
                await self._post(session, row, station)
                told += 1
        return told

    async def _standing(self, session: AsyncSession) -> Sequence[CircularRow]:
        """The newest of the last year: what is older, nobody has to read any more."""
        rows = await circular_rows(session, after=None, limit=_MOST_AGAIN)
        return [row for row in rows if row.sent_ms > self.clock.now_ms() - _STANDS_MS]

    async def page(self, *, after: str, limit: int) -> Sequence[CircularListed]:
        """At most ``limit`` of them behind one, the newest first.

        Raises:
            CircularUnknownError: there is no circular ``after``.
        """

        async def work(session: AsyncSession) -> Sequence[CircularListed]:
            last = await _one(session, after) if after else None
            place = (last.sent_ms, last.circular) if last else None
            rows = await circular_rows(session, after=place, limit=limit)
            told = await self._read(session, [row.circular for row in rows])
            return [_listed(row, told[row.circular]) for row in rows]

        return await self.store.transact(work)

    async def one(self, circular: str) -> CircularShown:
        """One of them, with every station that it was sent to. Raises CircularUnknownError."""

        async def work(session: AsyncSession) -> CircularShown:
            row = await _one(session, circular)
            stations = (await self._read(session, [row.circular]))[row.circular]
            return CircularShown(
                circular=row.circular.hex(),
                title=row.title,
                words=row.words,
                by=row.by,
                sent_ms=row.sent_ms,
                stations=sorted(stations, key=lambda one: (one.done, bool(one.read), one.name)),
            )

        return await self.store.transact(work)

    async def tell_again(self, session: AsyncSession, station: NodeId, since_ms: int) -> int:
        """Seal those of a station once more that were sent since then; each once a day."""
        found = await circulars_to(session, station, since_ms=since_ms, limit=_MOST_AGAIN)
        now_ms = self.clock.now_ms()
        due = [one for one in found if not told_today(one[1].told_ms, now_ms)]
        return await self._tell(session, due)

    async def tell_anew(self, session: AsyncSession, station: NodeId, most: int) -> int:
        """Seal the newest of a station for the keys that it has now."""
        return await self._tell(
            session, await circulars_to(session, station, since_ms=0, limit=most)
        )

    async def _tell(
        self, session: AsyncSession, found: Collection[tuple[CircularRow, CircularStationRow]]
    ) -> int:
        for row, sent in found:
            await self._post(session, row, NodeId(sent.station))
            sent.told_ms = self.clock.now_ms()
        await session.flush()
        return len(found)

    async def _send_to(self, session: AsyncSession, row: CircularRow, station: NodeId) -> None:
        try:
            await self._post(session, row, station)
        except NodeUnknownError:
            if not self.nodes.roster.nodes[station].drained:
                return  # it has not joined yet; a PC that is being replaced gets it in the end
        session.add(CircularStationRow(circular=row.circular, station=station, told_ms=row.sent_ms))
        await session.flush()

    async def _post(self, session: AsyncSession, row: CircularRow, station: NodeId) -> None:
        told = Circular(circular=row.circular, title=row.title, words=row.words, at_ms=row.sent_ms)
        await self.outgoing.post(
            session,
            to=station,
            lane=Lane.RESULTS,
            payload=payload_bytes(told),
            suite=SuiteNumber.X25519,
        )

    def _stations(self) -> Iterable[NodeId]:
        nodes = self.nodes.roster.nodes
        return sorted(node for node, one in nodes.items() if one.role is Role.STATION)

    async def _read(
        self, session: AsyncSession, circulars: Sequence[bytes]
    ) -> dict[bytes, list[StationRead]]:
        said: dict[tuple[bytes, str], list[FollowUpRow]] = {}
        for row in await confirmations(session, circulars):
            said.setdefault((row.circular or b"", row.station), []).append(row)
        found: dict[bytes, list[StationRead]] = {one: [] for one in circulars}
        for sent in await stations_of(session, circulars):
            entry = self.nodes.roster.nodes.get(NodeId(sent.station))
            rows = said.get((sent.circular, sent.station), [])
            name = entry.name if entry else ""
            found[sent.circular].append(_station(sent.station, name, rows))
        return found


def _station(station: str, name: str, rows: Sequence[FollowUpRow]) -> StationRead:
    """Who has read it there, by name; of a name that confirmed twice the first time counts."""
    read: dict[str, ClerkRead] = {}
    waiting: list[str] = []
    for row in rows:
        said = said_of(row)
        clerk = said.clerk if said else ""
        read.setdefault(clerk, ClerkRead(name=clerk, received_ms=row.received_ms))
        if said and isinstance(said.subject, Confirmation):
            waiting = [*said.subject.waiting]  # the last says who is there now
    return StationRead(
        station=station,
        name=name,
        read=list(read.values()),
        waiting=[one for one in waiting if one not in read],
    )


def _listed(row: CircularRow, stations: Sequence[StationRead]) -> CircularListed:
    return CircularListed(
        circular=row.circular.hex(),
        title=row.title,
        by=row.by,
        sent_ms=row.sent_ms,
        stations=len(stations),
        unread=sum(not one.done for one in stations),
    )


def _id(circular: str) -> bytes:
    return bytes.fromhex(application_id(circular))


async def _one(session: AsyncSession, circular: str) -> CircularRow:
    try:
        row = await circular_row(session, _id(circular))
    except UsageError:
        row = None
    if row is None:
        raise CircularUnknownError(circular[:40])
    return row
