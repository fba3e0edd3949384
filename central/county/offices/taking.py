"""What offices did goes into the logs: in its order, once, and only what is theirs to do.

It comes inside of intake's transaction and is kept; it has its effect in a transaction of its own,
with the answer, so that what can't be taken takes back nothing else.

Source: docs/casework.md, "Township offices"; docs/protocol.md section 6.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.service import Casework
from central.county.flows.log import Logged
from central.county.flows.service import Flows
from central.county.offices.models import OfficeInboxRow
from central.county.offices.words import OfficeWords
from central.county.ports.relay import Nodes
from central.store.base import table_of
from central.store.engine import Store
from protocol.casework.events.log import Event
from protocol.casework.events.offices import OfficeGiven, OfficeReclaimed, OfficeReturned
from protocol.casework.events.wire import read_events
from protocol.casework.offices import goes_back
from protocol.codec import pack, unpack
from protocol.envelope.envelope import Envelope
from protocol.envelope.office_payloads import OfficeAnswer, OfficeEvents
from protocol.errors import (
    CaseClosedError,
    MalformedError,
    NeedsNewerError,
    NodeStateError,
    NodeUnknownError,
    UsageError,
    YizhanError,
)
from protocol.errors.casework import LogBrokenError, StepFieldsError, StepNotNowError
from protocol.ids import NodeId
from protocol.json_values import to_json
from protocol.limits import MAX_NOTE_CHARS, MAX_PLAINTEXT_BYTES
from protocol.trust.revocation import lost_pc
from protocol.trust.roster import State

_FILLED = frozenset({"until", "calendar"})
_OVER = "case.not-ours"
_OVER_WORDS = "这一件已不在本乡镇办理，这些步骤县里没有收。"
_SET_BACK = "县里恢复过较早的备份，乡镇手里是后来的一次交办；现在重新交办，办过的步骤随后补上。"
_REFUSED = (
    *(StepNotNowError, StepFieldsError, MalformedError, UsageError, CaseClosedError),
    *(NodeStateError, NodeUnknownError, LogBrokenError),
)
"""What is refused for good: waiting does not help."""

log = logging.getLogger(__name__)


class _Refused(Exception):  # noqa: N818 - it says what became of an event, and never leaves
    """One of the events can't be taken."""

    def __init__(self, n: int, error: YizhanError) -> None:
        super().__init__(n)
        self.n, self.error = n, error


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Of one county."""

    store: Store
    nodes: Nodes
    casework: Casework
    flows: Flows
    words: OfficeWords

    async def arrived(
        self, session: AsyncSession, envelope: Envelope, said: OfficeEvents, now_ms: int
    ) -> None:
        """Keep what came, in the transaction that stores its envelope.

        What a withdrawn or lost PC says counts for nothing: the county takes its cases back.
        """
        entry = self.nodes.roster.nodes.get(envelope.origin)
        if entry is None or entry.state is not State.ACTIVE or lost_pc(entry, envelope):
            fields = {"event": "offices.lost", "hub": envelope.origin}
            log.warning("a lost or withdrawn PC works on cases", extra=fields)
            return
        row = {
            "station": said.station.hex(),
            "application": said.application,
            "envelope_id": envelope.id,
            "hub": envelope.origin,
            "said": pack(said),
            "arrived_ms": now_ms,
        }
        await session.execute(insert(table_of(OfficeInboxRow)), row)

    async def look(self) -> None:
        """Take all that is kept, in the order in which it came."""
        query = select(OfficeInboxRow).order_by(OfficeInboxRow.arrived_ms)
        rows = await self.store.transact(lambda session: _all(session, query))
        for row in rows:
            await self._look_at(row)

    async def _look_at(self, row: "_Row") -> None:
        """One that can't be taken must not hold up the others."""
        try:
            await self.store.transact(partial(self._take, row=row))
        except _Refused as refused:
            await self.store.transact(partial(self._take, row=row, refused=refused))
            _warn("refused", row, refused.error)
        except YizhanError as exc:
            _warn("waits", row, exc)
        except Exception:
            log.exception("events of an office", extra={"event": "offices.died", "hub": row.hub})

    async def _take(
        self, session: AsyncSession, *, row: "_Row", refused: _Refused | None = None
    ) -> None:
        """Let it have its effect, and answer; up to what is refused, if something is.

        Raises:
            _Refused: something can't be taken; nothing was.
            NeedsNewerError: a newer program has to read it.
        """
        gone = delete(OfficeInboxRow).where(
            OfficeInboxRow.station == row.key[0],
            OfficeInboxRow.application == row.key[1],
            OfficeInboxRow.envelope_id == row.envelope,
        )
        if await session.scalar(gone.returning(OfficeInboxRow.hub)) is None:
            return  # another process was faster
        handled = (await self.casework.handled_of(session, [row.key])).get(row.key)
        if handled is None:
            _warn("unknown", row, None)
            return
        case = await self.flows.log.read(session, handled)
        said = unpack(row.said, OfficeEvents, limit=2 * MAX_PLAINTEXT_BYTES)
        if not _was_given(case.events, said.turn, row.hub):
            await self._set_back(session, row, case, said)
        elif case.status.office != row.hub or case.status.turn != said.turn:
            await self._answer_over(session, row, case, said)
        elif said.first > case.status.n + 1:
            await self._answer(session, row, said.turn, case.status.n)
        else:
            await self._go_on(session, row, case, said, refused)

    async def _set_back(
        self, session: AsyncSession, row: "_Row", case: Logged, said: OfficeEvents
    ) -> None:
        """A turn that this log does not know: nobody's, or of what a restore has lost.

        The office that owns the case then gives it back by that, so that it is given anew at once;
        what was done is told again on top of it.
        """
        _warn("never-given", row, None)
        if case.status.office == row.hub and said.turn > case.status.turn:
            await self.flows.set_back(session, case, _SET_BACK)

    async def _go_on(
        self,
        session: AsyncSession,
        row: "_Row",
        case: Logged,
        said: OfficeEvents,
        refused: _Refused | None,
    ) -> None:
        for event in _read(said, case, refused):
            if event.n > case.status.n:
                case = await self._take_one(session, row, case, event)
            else:
                _require_same(event, case)
        if refused is not None:
            await self._end(session, case, refused)
        else:
            case = await self._back(session, row, case)
            over = not case.status.office
            await self._answer(session, row, said.turn, case.status.n, over=over)

    async def _back(self, session: AsyncSession, row: "_Row", case: Logged) -> Logged:
        """What follows by itself needs no word of the office, which may never say it."""
        if not goes_back(case.status, case.rules):
            return case
        back = Event(n=case.status.n + 1, at_ms=case.events[-1].at_ms, by="", body=OfficeReturned())
        return await self._take_one(session, row, case, back)

    async def _end(self, session: AsyncSession, case: Logged, refused: _Refused) -> None:
        """Its turn ends, with the reason in the log; the office is told by that."""
        why = f"乡镇办的第 {refused.n} 步县里没有收下：{refused.error.words()}"
        handled = await self.casework.handled(session, case.number)
        await self.flows.itself(session, handled, OfficeReclaimed(note=why[:MAX_NOTE_CHARS]))

    async def _take_one(
        self, session: AsyncSession, row: "_Row", case: Logged, event: Event
    ) -> Logged:
        try:
            if event.n != case.status.n + 1:
                raise MalformedError(f"event {event.n} follows {case.status.n}")
            return await self.flows.at_office(session, case, event, office=row.hub)
        except _REFUSED as exc:
            raise _Refused(event.n, exc) from None

    async def _answer_over(
        self, session: AsyncSession, row: "_Row", case: Logged, said: OfficeEvents
    ) -> None:
        """Its turn has ended: say up to where its events stand, and whether any were left out."""
        upto = _end_of(case.events, said.turn)
        all_in = said.first + len(said.events) - 1 <= upto
        await self._answer(
            session,
            row,
            said.turn,
            upto,
            over=True,
            code="" if all_in else _OVER,
            words="" if all_in else _OVER_WORDS,
        )

    async def _answer(
        self,
        session: AsyncSession,
        row: "_Row",
        turn: int,
        upto: int,
        *,
        over: bool = False,
        code: str = "",
        words: str = "",
    ) -> None:
        told = OfficeAnswer(
            station=bytes.fromhex(row.key[0]),
            application=row.key[1],
            turn=turn,
            upto=max(turn, upto),
            over=over,
            code=code,
            words=words,
        )
        await self.words.answer(session, row.hub, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: tuple[str, bytes]
    envelope: bytes
    hub: NodeId
    said: bytes


async def _all(session: AsyncSession, query: object) -> Sequence[_Row]:
    return [
        _Row(
            key=(row.station, row.application),
            envelope=row.envelope_id,
            hub=NodeId(row.hub),
            said=row.said,
        )
        for row in await session.scalars(query)  # type: ignore[call-overload]
    ]


def _was_given(events: Sequence[Event], turn: int, hub: NodeId) -> bool:
    """Whether that turn was this hub's: nobody else is told anything of a case."""
    body = events[turn - 1].body if 0 < turn <= len(events) else None
    return isinstance(body, OfficeGiven) and body.office == hub


def _read(said: OfficeEvents, case: Logged, refused: _Refused | None) -> list[Event]:
    """What it says, up to what was refused before.

    Raises:
        _Refused: they are no events.
        NeedsNewerError: a newer program has to read them.
    """
    try:
        events = read_events(said.events)
    except NeedsNewerError:
        raise
    except MalformedError as exc:
        if refused is not None:
            return []
        raise _Refused(case.status.n + 1, exc) from None
    return [*takewhile(lambda one: refused is None or one.n < refused.n, events)]


def _require_same(event: Event, case: Logged) -> None:
    """What the log has under this number is what the office says again.

    Raises:
        _Refused: it is something else: of a copy of the office that was set back.
    """
    if _told(case.events[event.n - 1]) != _told(event):
        raise _Refused(event.n, MalformedError(f"event {event.n} is another one"))


def _told(event: Event) -> object:
    """An event without what the county fills in."""
    said = to_json(event.body)
    by = "" if isinstance(event.body, OfficeReturned) else event.by
    return by, {name: value for name, value in said.items() if name not in _FILLED}


def _end_of(events: Sequence[Event], turn: int) -> int:
    """Number of the last event of a turn that is over; of one that never was, the turn's own."""
    for event in events[turn:]:
        if isinstance(event.body, OfficeReturned):
            return event.n
        if isinstance(event.body, OfficeReclaimed):
            return event.n - 1
    return turn


def _warn(word: str, row: _Row, exc: YizhanError | None) -> None:
    fields = {"event": f"offices.{word}", "hub": row.hub, "code": exc.code if exc else ""}
    log.warning("events of an office", extra={**fields, "envelope": row.envelope.hex()})
