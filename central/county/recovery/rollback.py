"""A county that was set back: its folder was put back by hand from an older copy, or its disk was.

A mark or a time that a child shows proves it: the county signed a number that its database has not
given out. A time proves it also where another life had stood in the place of this one, and receipts
given out since hide the mark. What came after the copy is lost here, and its senders believe it is
not. So the county begins another life, as after a restore, in the transaction in which it is shown
the proof: hubs and stations see a new instance in the next Hello and offer everything again that
was not told SAFE. What is here is told again under the new name, as stations count only the newest
one's word.

Source: docs/protocol.md sections 8.2 and 9.4; docs/adr/0013-marks-of-a-county-set-back.md and
0050-time-proves-a-rollback.md.
"""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.backup.restore import new_instance
from central.county.casework.cases import Cases
from central.county.catalogue.service import Catalogue
from central.county.counters.lives import lives
from central.county.counters.service import last_given
from central.county.intake.answers import Answers, series
from central.county.keys.renewing import Registrar, Rosters
from central.county.recovery.telling_again import TellingAgain
from central.relay.instance.service import begin_anew, instance_of, whole_blobs
from central.relay.ports.blobs import BlobStore
from central.relay.time.service import Times, move_time_on, time_number
from protocol.envelope.payloads import Mark
from protocol.ids import BlobRef, Instance
from protocol.ports import Randomness
from protocol.trust.time_statement import known_time
from runtime.record import DONE

AHEAD = 1000  # versions that a county set back moves on: as many as 500 nodes joining make

log = logging.getLogger(__name__)


class RollbackDetector:
    """Looks at what children show of our own words (central.relay.ports.role.RollbackCheck)."""

    def __init__(
        self,
        *,
        telling_again: TellingAgain,
        answers: Answers,
        cases: Cases,
        files: BlobStore,
        catalogue: Catalogue,
        registrar: Registrar,
        rosters: Rosters,
        times: Times,
        randomness: Randomness,
        begun: Callable[[], None],
    ) -> None:
        self._telling_again, self._answers = telling_again, answers
        self._cases, self._files = cases, files
        self._catalogue, self._registrar, self._rosters = catalogue, registrar, rosters
        self._times, self._randomness = times, randomness
        self._begun = begun  # told after the commit or before it: exchanges may end either way

    async def mark_shown(self, session: AsyncSession, signed: bytes, mark: Mark) -> bool:  # noqa: ARG002 - a hub keeps it
        """Begin another life if ``mark`` is above what this one has given out."""
        instance = await instance_of(session)
        if mark.instance != instance:
            return False
        await self._answers.hold(session)
        given = await last_given(session, series(instance))
        if mark.number <= given:
            return False
        await self._begin_anew(session, given=given, shown=mark.number)
        return True

    async def time_shown(self, session: AsyncSession, signed: bytes) -> bool:
        """Begin another life if ``signed`` is a time of ours that this one does not know.

        It is of what came after the copy: of this life, or of one that had taken its place.
        """
        given = await time_number(session)
        if not await self._times.take(session, signed, hint_ms=None):
            return False
        await self._answers.hold(session)
        await self._begin_anew(session, given=given, shown=known_time(signed).n)
        return True

    async def _begin_anew(self, session: AsyncSession, *, given: int, shown: int) -> None:
        instance = await instance_of(session)
        fresh = await self._begin(session)
        log.critical(
            "the county's database was set back to an older copy; it begins another life",
            extra={
                "event": "county.set-back",
                "instance": instance.hex(),
                "new_instance": fresh.hex(),
                "given": given,
                "shown": shown,
            },
        )
        await asyncio.to_thread(self._note, given, shown)
        self._begun()

    def _note(self, given: int, shown: int) -> None:
        """The record was set back along with the folder, mostly: this says where it goes on."""
        self._registrar.audit.add(
            actor="",
            action="county.set-back",
            outcome=DONE,
            detail={"given": given, "shown": shown, "ahead": AHEAD},
        )

    async def _begin(self, session: AsyncSession) -> Instance:
        fresh = new_instance(await lives(session), self._randomness)
        lost = await self._lost(session)
        await begin_anew(session, fresh, lost)
        await move_time_on(session)
        await self._cases.await_again(session, lost)
        await self._move_ahead(session)
        await self._telling_again.tell(session)
        return fresh

    async def _move_ahead(self, session: AsyncSession) -> None:
        """Nodes may hold rosters and releases that are newer than ours: no number comes twice.

        The authority keeps its own books; if this transaction fails, its numbers move again.
        """
        await asyncio.to_thread(self._registrar.move_ahead, AHEAD)
        release = await self._catalogue.ahead(session, AHEAD)
        self._rosters.offer_soon((lambda: self._catalogue.offer(release)) if release else None)

    async def _lost(self, session: AsyncSession) -> set[BlobRef]:
        """Blobs whose file did not come along with the copy."""
        whole = await whole_blobs(session)
        return await asyncio.to_thread(lambda: {b for b in whole if not self._files.has(b)})
