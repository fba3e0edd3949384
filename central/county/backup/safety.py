"""Safety: a finished backup is what turns RECEIVED into SAFE.

An envelope is told SAFE once its application is complete in the copy of the database and every
file of it is in the backup. Its station lets go of the sealed bytes then, so nothing is told
before the backup has its final name, and never more than the copy itself shows.

Source: docs/protocol.md section 9; docs/operations.md, "Backup and restore".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.models import BackupRow
from central.county.casework.cases import Cases
from central.county.casework.facts import Case
from central.county.counters.service import take
from central.county.followups.custody import Custody
from central.county.intake.answers import Answers, Line
from central.county.intake.arrivals import Arrivals
from central.county.intake.awaiting import awaiting_lines
from central.county.intake.facts import Carrier
from central.county.ports.keys import Key
from central.county.review.receipts import review_queue_lines
from central.store.engine import Store
from protocol.envelope.payloads import ReceiptState
from protocol.ids import BlobRef, Instance
from protocol.ports import Clock

_PAGE = 512  # envelopes told in one transaction: two statements if they are of one station
_SERIES = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A backup that is on disk under its final name."""

    file: str
    at_ms: int
    instance: Instance
    receipts: int


class Safety:
    """Records backups, and tells the stations."""

    def __init__(
        self,
        *,
        store: Store,
        answers: Answers,
        arrivals: Arrivals,
        cases: Cases,
        custody: Custody,
        clock: Clock,
    ) -> None:
        self._store, self._answers, self._clock = store, answers, clock
        self._arrivals, self._cases, self._custody = arrivals, cases, custody

    async def tell(self, backup: Finished, copy: Store, lost: Collection[BlobRef]) -> int:
        """Tell every envelope of ``copy`` SAFE that is, and was not told; how many those were.

        What is told and that it was told is one transaction, so after an interruption the next
        backup goes on where this one stopped.

        Args:
            copy: the database as it stands in the backup.
            lost: blobs that it names and that could not be copied.
        """
        return await self._tell(backup, copy, lost, repeat=False)

    async def tell_again(self, backup: Finished, lost: Collection[BlobRef]) -> int:
        """In a county restored from ``backup``: what is in it is SAFE; how many envelopes.

        What is here and not complete is told RECEIVED once more, as the stations count only the
        words of the newest instance.
        """
        await self._store.transact(self._tell_awaiting)
        return await self._tell(backup, self._store, lost, repeat=True)

    async def _tell_awaiting(self, session: AsyncSession) -> None:
        await self._answers.hold(session)
        lines = await awaiting_lines(session)
        await self._answers.receipts(session, lines, self._clock.now_ms())

    async def _tell(
        self, backup: Finished, copy: Store, lost: Collection[BlobRef], *, repeat: bool
    ) -> int:
        doubtful = await copy.transact(lambda session: self._cases.with_blobs(session, lost))
        after: Key = ("", b"")
        number, told, more = 0, 0, True
        while more:
            page, lines = await self._read(copy, after, doubtful, repeat=repeat)
            number, count = await self._write(backup, number, lines)
            told += count
            more = len(page) == _PAGE
            after = (page[-1].station, page[-1].envelope) if page else after
        return told

    async def _read(
        self, copy: Store, after: Key, doubtful: Collection[Key], *, repeat: bool
    ) -> tuple[Sequence[Carrier], list[Line]]:
        """The next envelopes of the copy, and what can be said of them."""

        async def work(session: AsyncSession) -> tuple[Sequence[Carrier], list[Line]]:
            page = await self._arrivals.not_safe(session, after=after, limit=_PAGE)
            cases = await self._custody.of(session, {carrier.key for carrier in page})
            lines: list[Line] = await review_queue_lines(session, page) if repeat else []
            for carrier in page:
                case = cases.get(carrier.key)
                if case is None:
                    continue  # in the review queue: SAFE once it was accepted
                safe = case.complete and carrier.key not in doubtful
                if safe or repeat:
                    state = ReceiptState.SAFE if safe else ReceiptState.RECEIVED
                    lines.append(_line(carrier, state, case))
            return page, lines

        return await copy.transact(work)

    async def _write(self, backup: Finished, number: int, lines: Sequence[Line]) -> tuple[int, int]:
        """Post ``lines``; the number of the backup, and how many are newly SAFE."""

        async def work(session: AsyncSession) -> tuple[int, int]:
            await self._answers.hold(session)
            own = number or await _record(session, backup)
            safe = {_key(line) for line in lines if line.state is ReceiptState.SAFE}
            fresh = await self._arrivals.mark_safe(session, safe, own) if safe else set()
            news = [line for line in lines if _key(line) in fresh or _key(line) not in safe]
            await self._answers.receipts(session, news, self._clock.now_ms())
            return own, len(fresh)

        return await self._store.transact(work)


async def _record(session: AsyncSession, backup: Finished) -> int:
    number = await take(session, _SERIES, 1)
    await session.execute(
        insert(BackupRow).values(
            number=number,
            at_ms=backup.at_ms,
            instance=backup.instance,
            receipts=backup.receipts,
            file=backup.file,
        )
    )
    return number


def _key(line: Line) -> Key:
    return line.station, line.envelope


def _line(carrier: Carrier, state: ReceiptState, case: Case) -> Line:
    return Line(
        station=carrier.station,
        suite=case.suite,
        envelope=carrier.envelope,
        state=state,
        case=case.number,
        duplicate=carrier.duplicate,
    )
