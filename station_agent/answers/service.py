"""Answers of the county: what lies here, each one opened, and who was told or got it.

That somebody was told goes to the county as a follow-up, and is on disk before it is said here. Of
one answer each of "told" and "handed over" is recorded once, under an id that follows from it: a
reload, a second clerk or a power cut can't record it twice.

Source: docs/operations.md, "Handing over"; docs/protocol.md section 6, Telling.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of
from protocol.errors import DigestError, LockedError, UsageError
from protocol.errors.answers import (
    AgentScopeError,
    AnswerFileMissingError,
    AnswerToldError,
    AnswerUnknownError,
)
from protocol.errors.clerk import ApplicationUnknownError, FollowUpTakenError
from protocol.ids import ApplicationId, BlobId, BlobRef, NodeId
from protocol.ports import Randomness
from protocol.records.followups import Delivered, Telling, Way
from protocol.records.taken_in import Agent
from protocol.trust.schedule import local_time
from protocol.trust.trusted_clock import TrustedClock
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report
from station_agent.answers.calls import (
    LYING,
    TOLD,
    LyingShown,
    RecordTelling,
    ShowLying,
)
from station_agent.answers.limits import BY_LAW, Deadline, deadline
from station_agent.answers.shown import Answer, agent_of, answer_of, lying_shown
from station_agent.clerks.unlocking import Opened, UnlockingService
from station_agent.followups.calls import FollowUpSent, SendFollowUp
from station_agent.followups.service import FollowUpService
from station_agent.inbox.results import StoredFile
from station_agent.papers.pages import SealedPage
from station_agent.store import answers, applications, editions
from station_agent.store.answers import AnswerRow
from station_agent.store.blobs import BlobFiles
from station_agent.store.db import Database, Transaction
from station_agent.store.desk import agents
from station_agent.store.desk.clerks import Purpose
from station_agent.store.vault import OpenVault

_ID_BYTES = 16


class AnswerService:
    """Of one station."""

    def __init__(
        self,
        *,
        database: Database,
        unlocking: UnlockingService,
        follow_ups: FollowUpService,
        blobs: BlobFiles,
        county: Callable[[], NodeId],
        trusted: TrustedClock,
        today: Callable[[], date | None],
        randomness: Randomness,
    ) -> None:
        self._database, self._unlocking, self._follow_ups = database, unlocking, follow_ups
        self._blobs, self._county, self._trusted = blobs, county, trusted
        self._today, self._randomness = today, randomness
        self._seen: tuple[int, Sequence[AnswerRow]] = (-1, ())

    async def lying(self, _: Actor, wanted: ShowLying, __: Report = silent) -> list[LyingShown]:
        """What lies here, the oldest first; names only to who opens the vault.

        Raises:
            ApplicationUnknownError: no such application here.
            PasswordWrongError, ClerkWaitError: a password was given, and was wrong.
        """
        vault = None
        with suppress(LockedError):
            opened = await self._unlocking.unlock(wanted)
            await self._unlocking.note(opened, Purpose.LIST)
            vault = opened.vault
        rows = await self._lying()
        if wanted.application:
            own = await self._database.read(lambda tx: _found(tx, wanted.application))
            rows = [one for one in rows if one.application == own]
        return await self.told(vault, rows)

    async def pile(self, opened: Opened, most: int) -> tuple[int, list[LyingShown], int]:
        """How many lie here, the oldest ``most`` of them, and how many must be told soon."""
        rows = await self._lying()
        calendar = await self._database.read(self._calendar)
        shown = await self.told(opened.vault, rows[:most])
        return len(rows), shown, self._near(rows, calendar)

    async def told(self, vault: OpenVault | None, rows: Sequence[AnswerRow]) -> list[LyingShown]:
        """These, as they are shown to whoever opened the vault, or to nobody."""

        def read(tx: Transaction) -> list[LyingShown]:
            calendar = self._calendar(tx)
            return [lying_shown(tx, one, vault, self._deadline(one, calendar)) for one in rows]

        return await self._database.read(read)

    async def of(self, opened: Opened, application: str) -> list[Answer]:
        """Every answer to one application, opened, the oldest first.

        Raises:
            ApplicationUnknownError: no such application here.
        """

        def read(tx: Transaction) -> list[Answer]:
            calendar, own = self._calendar(tx), _found(tx, application)
            return [
                answer_of(tx, row, opened.vault, self._county(), self._deadline(row, calendar))
                for row in answers.of_application(tx, own)
            ]

        return await self._database.read(read)

    async def one(self, opened: Opened, application: str, n: int) -> Answer:
        """One answer; that it was opened is written down.

        Raises:
            ApplicationUnknownError, AnswerUnknownError: it is not here.
        """
        found = next((one for one in await self.of(opened, application) if one.n == n), None)
        if found is None:
            raise AnswerUnknownError
        await self._unlocking.note(opened, Purpose.RESULT, found.application)
        return found

    async def agent(self, opened: Opened, application: str) -> Agent | None:
        """Who acts for the applicant; None: nobody is known."""
        return await self._database.read(
            lambda tx: agent_of(tx, opened.vault, _found(tx, application))
        )

    async def file(
        self, opened: Opened, application: str, n: int, position: int
    ) -> tuple[str, bytes]:
        """Name and bytes of a file of an answer, checked against what the county signed.

        Raises:
            AnswerUnknownError: there is no such file.
            AnswerFileMissingError: it is still on its way.
            DigestError: it is not what the county signed.
        """
        answer = await self.one(opened, application, n)
        if not 0 <= position < len(answer.files):
            raise AnswerUnknownError
        file = answer.files[position]
        if not file.here:
            raise AnswerFileMissingError(file.stored.name)
        return file.stored.name, await asyncio.to_thread(self._plain, file.stored)

    async def record(
        self,
        actor: Actor,
        wanted: RecordTelling,
        _: Report = silent,
        *,
        opened: Opened | None = None,
        pages: Sequence[SealedPage] = (),
    ) -> FollowUpSent:
        """Record who was told or got what, for the county too; on disk when this returns.

        Of an answer that is not known here, as of an old paper, it is recorded by its name alone.

        Args:
            opened: whoever is at the desk: the agent's name is checked, too.
            pages: photos that were taken in at the desk.

        Raises:
            ApplicationUnknownError, AnswerUnknownError: it is not here.
            AgentScopeError: the agent may not collect, or is another one; nothing was stored.
            AnswerToldError: it was recorded before, with other words; nothing was stored.
            FollowUpError, ClerkUnknownError: nothing was stored; and as FollowUpService.send.
        """
        own = await self._database.read(lambda tx: _found(tx, wanted.application))
        row, telling = await self._row(own, wanted, opened), wanted.telling
        if telling.way is Way.AGENT:
            await self._require_agent(own, telling, opened)
        handed = telling.what is Delivered.HANDED_OVER
        by_answer = (row.handed_id if handed else row.told_id) if row else None
        sending = SendFollowUp(
            follow_up=by_answer or ApplicationId(self._randomness.token(_ID_BYTES).hex()),
            application=own,
            said=wanted.said,
            files=[("", path) for path in wanted.files],
        )
        try:
            return await self._follow_ups.send(actor, sending, pages=pages)
        except FollowUpTakenError:
            if by_answer is None:
                raise
            raise AnswerToldError from None

    async def _row(
        self, own: ApplicationId, wanted: RecordTelling, opened: Opened | None
    ) -> AnswerRow | None:
        """The answer that is spoken of; None: none that is known here."""
        rows, document = await self._rows(own), wanted.telling.document
        if wanted.n:
            found = next((one for one in rows if one.n == wanted.n), None)
            if found is None:
                raise AnswerUnknownError
            if (found.kind == "document") is not bool(document):
                raise UsageError("文书要写明名称，决定不写")
            return found
        if not document:
            return next((one for one in reversed(rows) if one.kind != "document"), None)
        named = await self.of(opened, own) if opened else []
        numbers = [one.n for one in named if one.name == document]
        return next((one for one in reversed(rows) if one.n in numbers), None)

    async def _rows(self, own: ApplicationId) -> list[AnswerRow]:
        return await self._database.read(lambda tx: answers.of_application(tx, own))

    async def _require_agent(
        self, own: ApplicationId, telling: Telling, opened: Opened | None
    ) -> None:
        note, is_known = await self._database.read(
            lambda tx: (agents.of(tx, own), agents.is_known(tx, own))
        )
        if not is_known:  # the county knows it, and is told who came
            return
        if note is None:
            raise AgentScopeError("这件申请没有登记代办人")
        if not note.collects:
            raise AgentScopeError("登记的代办人没有“代为领取结果”的权限")
        known = await self.agent(opened, own) if opened else None
        if known and known.name != telling.person:
            raise AgentScopeError(f"登记的代办人是{known.name}")

    async def _lying(self) -> Sequence[AnswerRow]:
        writes = self._database.writes
        if self._seen[0] != writes:
            self._seen = (writes, await self._database.read(answers.lying))
        return self._seen[1]

    def _calendar(self, tx: Transaction) -> Calendar:
        day = editions.day_of(tx, self._today())
        return calendar_of(editions.find_entries(tx, [CALENDAR], day))

    def _near(self, rows: Sequence[AnswerRow], calendar: Calendar) -> int:
        """How many must be told soon; those of one day are counted out once."""
        alike = Counter(
            (local_time(one.at_ms).date(), one.kind, one.days) for one in rows if not one.told
        )
        first = {
            (local_time(one.at_ms).date(), one.kind, one.days): one for one in rows if not one.told
        }
        found = {key: self._deadline(one, calendar) for key, one in first.items()}
        return sum(count for key, count in alike.items() if (at := found[key]) and at.is_near)

    def _deadline(self, row: AnswerRow, calendar: Calendar) -> Deadline | None:
        if row.told or row.handed or row.corrected:
            return None
        days = BY_LAW.get(row.kind, 0) if row.days is None else row.days
        now_ms, sure = self._trusted.now_ms(), self._trusted.is_sure
        return deadline(row.at_ms, days, calendar, now_ms=now_ms, sure=sure)

    def _plain(self, file: StoredFile) -> bytes:
        ref = BlobRef(self._county(), BlobId(file.blob))
        data = b"".join(self._blobs.open(ref, file.key))
        if hashlib.sha256(data).digest() != file.sha256:
            raise DigestError(file.name)
        return data

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(TOLD, self.record), Handler(LYING, self.lying))


def _found(tx: Transaction, name: str) -> ApplicationId:
    """The application of this name. Raises ApplicationUnknownError."""
    with suppress(UsageError):
        if (view := applications.find(tx, name)) is not None:
            return view.application
    raise ApplicationUnknownError(name[:50])
