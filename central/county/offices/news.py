"""What comes for a case while an office owns its log: the office is told, and nothing else changes.

What is to be told is noted in the transaction that takes it in, or that gives the case (what came
before), so no power cut loses it. It is sealed when all of its files are here.

Source: docs/casework.md, "Township offices".
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import FollowUpShown
from central.county.casework.files.received import CaseFiles, FileOf
from central.county.casework.service import Casework, Sealed
from central.county.casework.views import FollowedBy
from central.county.flows.log import CaseLog
from central.county.offices.models import OfficeNewsDueRow
from central.county.offices.papers import Papers
from central.county.offices.words import OfficeWords
from central.county.ports.keys import Key
from central.store.engine import Store
from central.store.insert import insert_new
from protocol.casework.events.offices import OfficeGiven
from protocol.envelope.office_payloads import OfficeErase, OfficeNews
from protocol.errors import NodeUnknownError, YizhanError
from protocol.errors.casework import LogBrokenError
from protocol.ids import BlobId, NodeId
from protocol.ports import Clock

_PAGE = 100
_FIRST = ("", b"", "")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """Something that is to be told."""

    key: Key
    ref: str
    turn: int
    came_ms: int

    @property
    def place(self) -> tuple[str, bytes, str]:
        """Behind which the next one stands."""
        return (*self.key, self.ref)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """It can be told now."""

    hub: NodeId
    told: FollowUpShown | None  # None: another application, whose case ``ref`` is
    files: Sequence[tuple[str, FileOf]]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Of one county."""

    store: Store
    casework: Casework
    log: CaseLog
    followed_by: FollowedBy
    papers: Papers
    words: OfficeWords
    clock: Clock

    async def came(self, session: AsyncSession, key: Key, ref: str) -> None:
        """Note what came for a case, if an office has it; in the transaction that takes it in.

        Args:
            ref: id of the follow-up in hex, or number of a case that answers for this one.
        """
        turn = await self.log.turn_at_office(session, key)
        if turn:
            await self._note(session, key, ref, turn, self.clock.now_ms())

    async def before(self, session: AsyncSession, key: Key, turn: int) -> None:
        """Note all that followed an application before this turn began, in the same commit."""
        for one in (await self.followed_by(session, {key})).get(key, ()):
            if one.said is not None:
                await self._note(session, key, one.follow_up, turn, one.received_ms)

    async def look(self) -> None:
        """Tell what is to be told and is whole."""
        after = _FIRST
        while rows := await self.store.transact(partial(_page, after=after)):
            for row in rows:
                await self._look_at(row)
            after = rows[-1].place

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Nothing of these cases is to be left with any office that ever had one."""
        for key in sorted(keys):
            await _forget(session, key)
            for hub, turn in sorted((await self._turns(session, key)).items()):
                await self._erase_at(session, NodeId(hub), key, turn)

    async def _turns(self, session: AsyncSession, key: Key) -> Mapping[str, int]:
        """The last turn of each office that ever had a case; of a log that is broken none."""
        handled = (await self.casework.handled_of(session, [key])).get(key)
        try:
            events = (await self.log.read(session, handled)).events if handled else ()
        except LogBrokenError as exc:  # what a citizen wants erased goes all the same
            fields = {"event": "offices.not-erased", "station": key[0], "code": exc.code}
            log.warning("nobody knows which offices keep a copy of an erased case", extra=fields)
            return {}
        return {one.body.office: one.n for one in events if isinstance(one.body, OfficeGiven)}

    async def _erase_at(self, session: AsyncSession, hub: NodeId, key: Key, turn: int) -> None:
        told = OfficeErase(station=bytes.fromhex(key[0]), application=key[1], turn=turn)
        try:
            await self.words.say(session, hub, told)
        except NodeUnknownError as exc:  # a lost PC: its copy can't be reached
            fields = {"event": "offices.not-erased", "hub": hub, "code": exc.code}
            log.warning("an office keeps a copy of an erased case", extra=fields)

    async def _note(
        self, session: AsyncSession, key: Key, ref: str, turn: int, came_ms: int
    ) -> None:
        row = {"station": key[0], "application": key[1], "ref": ref}
        await session.execute(
            insert_new(session, OfficeNewsDueRow), {**row, "turn": turn, "came_ms": came_ms}
        )

    async def _look_at(self, row: _Row) -> None:
        """One that can't be told must not hold up the others."""
        try:
            ready = await self.store.transact(partial(self._ready, row=row))
            if ready:
                await self._tell(row, ready)
        except YizhanError as exc:
            fields = {"event": "offices.not-told", "station": row.key[0], "code": exc.code}
            log.warning("an office can't be told what came", extra=fields)
        except Exception:
            fields = {"event": "offices.died", "station": row.key[0]}
            log.exception("an office can't be told what came", extra=fields)

    async def _ready(self, session: AsyncSession, *, row: _Row) -> _Ready | None:
        """What can be told now; what nobody has to be told any more is forgotten."""
        handled = (await self.casework.handled_of(session, [row.key])).get(row.key)
        case = await self.log.read(session, handled) if handled else None
        if case is None or not case.status.office or case.status.turn != row.turn:
            await _forget(session, row.key, row.ref)
            return None
        hub = NodeId(case.status.office)
        if await self.words.sealing.load(session, hub) is None:
            return None
        followed = (await self.followed_by(session, {row.key})).get(row.key, ())
        told = next((one for one in followed if one.follow_up == row.ref), None)
        if told is None:  # another application
            return _Ready(hub=hub, told=None, files=())
        if told.said is None:
            await _forget(session, row.key, row.ref)
            return None
        if not told.complete:
            return None
        of = (row.key[0], bytes.fromhex(row.ref))
        files = await CaseFiles().named(session, of) if told.attachments else ()
        return _Ready(hub=hub, told=told, files=files)

    async def _tell(self, row: _Row, ready: _Ready) -> None:
        sealed = await self.papers.sealed(ready.files)
        try:
            told = await self.store.transact(lambda tx: self._say(tx, row, ready, sealed))
        except Exception:
            await self.papers.drop(sealed)
            raise
        if not told:
            await self.papers.drop(sealed)

    async def _say(self, session: AsyncSession, row: _Row, ready: _Ready, sealed: Sealed) -> bool:
        if not await _forget(session, row.key, row.ref):
            return False  # another process was faster
        news = OfficeNews(
            station=bytes.fromhex(row.key[0]),
            application=row.key[1],
            turn=row.turn,
            ref=row.ref,
            said=ready.told.said if ready.told else None,
            came_ms=row.came_ms,
            attachments=tuple(file for file, _ in sealed),
        )
        blobs = tuple((BlobId(file.blob), size) for file, size in sealed)
        await self.words.say(session, ready.hub, news, blobs)
        return True


async def _page(session: AsyncSession, *, after: tuple[str, bytes, str]) -> Sequence[_Row]:
    place = (OfficeNewsDueRow.station, OfficeNewsDueRow.application, OfficeNewsDueRow.ref)
    query = select(OfficeNewsDueRow).where(tuple_(*place) > after).order_by(*place).limit(_PAGE)
    return [
        _Row(key=(row.station, row.application), ref=row.ref, turn=row.turn, came_ms=row.came_ms)
        for row in await session.scalars(query)
    ]


async def _forget(session: AsyncSession, key: Key, ref: str = "") -> bool:
    """It needs not be told any more; False: somebody else was faster."""
    gone = delete(OfficeNewsDueRow).where(
        OfficeNewsDueRow.station == key[0], OfficeNewsDueRow.application == key[1]
    )
    gone = gone.where(OfficeNewsDueRow.ref == ref) if ref else gone
    return await session.scalar(gone.returning(OfficeNewsDueRow.ref)) is not None
