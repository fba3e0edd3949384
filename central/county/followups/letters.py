"""Letters to the county: listed, shown, and answered once.

Source: docs/operations.md, "Letters".
"""

import asyncio
from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.results import next_result, told_today
from central.county.casework.cases import Cases, number_of
from central.county.casework.files.opened import OpenedFile
from central.county.casework.files.received import FileOf
from central.county.followups.advised import advised_counts
from central.county.followups.calls import AdvisedCount, Answered, LetterShown, Which
from central.county.followups.models import FollowUpRow
from central.county.followups.queries import find_letters, letters, newest_answered, rows_of
from central.county.followups.shown import FollowUpView
from central.county.ports.keys import Key
from central.county.ports.relay import Blobs, Nodes, Outgoing
from central.store.engine import Store
from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import Answer, payload_bytes
from protocol.envelope.suites import SuiteNumber
from protocol.errors import FileAbsentError, UsageError
from protocol.errors.answers import CaseErasedError
from protocol.errors.office import LetterAnsweredError, LetterUnknownError
from protocol.ids import NodeId, application_id
from protocol.limits import MAX_NOTE_CHARS
from protocol.ports import Clock


class LetterService:
    """Lists letters of one county, and answers them."""

    def __init__(
        self,
        *,
        store: Store,
        outgoing: Outgoing,
        nodes: Nodes,
        blobs: Blobs,
        cases: Cases,
        view: FollowUpView,
        clock: Clock,
    ) -> None:
        self._store, self._outgoing, self._nodes = store, outgoing, nodes
        self._cases, self._view, self._clock = cases, view, clock
        self._blobs = blobs

    async def page(
        self, *, after: str, limit: int, which: Which = Which.ALL
    ) -> Sequence[LetterShown]:
        """At most ``limit`` letters behind one, in the order of ``which``.

        Raises:
            LetterUnknownError: there is no letter ``after``.
        """

        async def work(session: AsyncSession) -> Sequence[LetterShown]:
            place = None
            if after:
                last = await _one(session, after)
                place = last.received_ms, last.follow_up
            rows = await letters(session, which=which, after=place, limit=limit)
            return await self._shown(session, rows)

        return await self._store.transact(work)

    async def advised(self) -> Sequence[AdvisedCount]:
        """How often villages sent somebody home with a paper, by item."""
        return await advised_counts(self._store)

    async def one(self, letter: str) -> LetterShown:
        """The letter with this id.

        Raises:
            LetterUnknownError: there is none.
        """

        async def work(session: AsyncSession) -> LetterShown:
            (shown,) = await self._shown(session, [await _one(session, letter)])
            return shown

        return await self._store.transact(work)

    async def file(self, letter: str, position: int) -> OpenedFile:
        """Open a file of a letter, counted from 0.

        Raises:
            LetterUnknownError: there is no such letter.
            FileAbsentError: it has no such file, or not yet, or not any more.
            DamagedError: it is not what its envelope names.
        """

        async def work(session: AsyncSession) -> FileOf:
            row = await _one(session, letter)
            files = await self._view.files.opening(session, (row.station, row.follow_up))
            if not 0 <= position < len(files):
                raise FileAbsentError(f"{letter[:40]} {position}")
            return files[position]

        file = await self._store.transact(work)
        return await asyncio.to_thread(file.opened, self._blobs)

    async def _shown(
        self, session: AsyncSession, rows: Sequence[FollowUpRow]
    ) -> Sequence[LetterShown]:
        about = {(row.station, row.application) for row in rows if row.application}
        cases = await self._cases.of(session, about)
        told = await self._view.shown(session, rows)
        return [
            LetterShown(
                station=row.station,
                name=self._name(row.station),
                case=number_of(cases, row.station, row.application),
                letter=letter,
                answer=row.answer,
                answered_ms=row.answered_ms,
            )
            for row, letter in zip(rows, told, strict=True)
        ]

    async def answer(self, letter: str, words: str) -> Answered:
        """Answer a letter, once; the answer travels down from then on.

        Raises:
            LetterUnknownError, LetterAnsweredError: there is none, or it has its answer.
            CaseErasedError: what it said is gone; an answer would be a copy that nobody erases.
            NodeUnknownError: the station can't be written to.
            UsageError: no words, or too many.
        """
        if not 0 < len(words.strip()) <= len(words) <= MAX_NOTE_CHARS:
            raise UsageError(f"答复要有内容，最多 {MAX_NOTE_CHARS} 个字")

        async def work(session: AsyncSession) -> Answered:
            n = await next_result(session)  # first: who waits for it reads what was answered before
            row = await _one(session, letter)
            if row.erased_ms is not None:
                raise CaseErasedError(letter)
            if row.answered_n is not None:
                raise LetterAnsweredError(letter)
            row.answer, row.answered_ms = words, self._clock.now_ms()
            row.answered_n = n
            await self._post(session, row)
            return Answered(letter=row.follow_up.hex(), station=row.station)

        return await self._store.transact(work)

    async def tell_again(self, session: AsyncSession, keys: Collection[Key]) -> int:
        """Let the answers to these letters go out once more, each once a day; how many did."""
        rows, now_ms = (await rows_of(session, keys)).values() if keys else (), self._clock.now_ms()
        due = [
            row for row in rows if row.answer is not None and not told_today(row.retold_ms, now_ms)
        ]
        for row in due:
            row.retold_ms = now_ms
        return await self._post_all(session, due)

    async def tell_anew(self, session: AsyncSession, station: NodeId, most: int) -> int:
        """Seal the newest answers for the keys that their station has now; how many there are."""
        return await self._post_all(session, await newest_answered(session, station, most))

    async def _post_all(self, session: AsyncSession, rows: Sequence[FollowUpRow]) -> int:
        for row in rows:
            await self._post(session, row)
        return len(rows)

    async def _post(self, session: AsyncSession, row: FollowUpRow) -> None:
        answer = Answer(
            follow_up=row.follow_up,
            words=row.answer or "",
            n=row.answered_n or 1,
            at_ms=row.answered_ms or 0,
        )
        await self._outgoing.post(
            session,
            to=NodeId(row.station),
            lane=Lane.RESULTS,
            payload=payload_bytes(answer),
            suite=SuiteNumber(row.suite),
        )

    def _name(self, station: str) -> str:
        entry = self._nodes.roster.nodes.get(NodeId(station))
        return entry.name if entry else ""


async def _one(session: AsyncSession, letter: str) -> FollowUpRow:
    try:
        follow_up = bytes.fromhex(application_id(letter))
    except UsageError:
        follow_up = b""
    found = await find_letters(session, follow_up)
    if len(found) != 1:
        raise LetterUnknownError(letter[:50])
    return found[0]
