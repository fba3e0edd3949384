"""Numbers at a station: what is left is told and refilled by itself; people void.

A report is an envelope like any other: it goes over the line or by stick, and so does its answer.
One is sealed when few numbers of a kind remain, when some were voided, and when a block has come to
its end; so a busy station seals one for some eighty applications.

Source: docs/numbers.md.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from protocol.envelope.number_payloads import NumberReport, Wanted, told_use
from protocol.errors import ApplicationUnknownError, YizhanError
from protocol.errors.numbers import NumberSpentError
from protocol.ids import ApplicationId, application_id
from protocol.limits import MAX_NUMBER_BLOCKS, MAX_VOIDED_RUNS, NUMBERS_LOW
from protocol.numbers.block import Use
from protocol.numbers.number import NumberKind
from protocol.ports import Clock
from protocol.trust.schedule import local_time
from protocol.trust.trusted_clock import TrustedClock
from station_agent.intake.sealing import Draft, SealingService, control_draft
from station_agent.store import applications, numbers
from station_agent.store.db import Database, Transaction

_PAUSE_MS = 7 * 86_400_000  # before it is asked again: a stick may take a week there and back
_REPORTS = 4  # one after the other: each holds eight blocks
_LAST_MONTH = 12  # in which numbers of the next year are asked for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A report to be sealed, and of what it tells."""

    report: NumberReport
    told: list[Use]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberService:
    """The blocks of one station."""

    database: Database
    sealing: SealingService
    trusted: TrustedClock
    clock: Clock
    ticketing: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time looks and takes

    async def look(self) -> None:
        """Report and ask for more, if that is due. For a job, and after applications were saved.

        An application is saved whatever becomes of this, so nothing is raised.
        """
        try:
            if not await self.database.read(numbers.kinds):
                return  # as in a county that issues none
            await self._close_past()
            for _ in range(_REPORTS):
                due = await self.database.read(self._due)
                if due is None:
                    break
                await self.sealing.seal(control_draft(due.report))
                await self.database.write(partial(self._note, due=due))
                log.info(
                    "numbers are reported",
                    extra={"event": "numbers.reported", "wanted": len(due.report.wanted)},
                )
        except YizhanError as exc:
            log.warning("numbers not reported", extra={"event": "numbers.unsaid", "code": exc.code})

    async def uses(self) -> list[Use]:
        """What became of the numbers of each block."""
        return await self.database.read(numbers.uses)

    async def void(self, kind: NumberKind, count: int | None, reason: str) -> list[str]:
        """The next numbers, or all of a kind, are never used; the county is told.

        Raises:
            NumberSpentError: so many are not left; nothing was voided.
            NumberWrongError: no reason is given.
        """
        await self._close_past()  # those of a year that is over are not the next ones
        runs = await self.database.write(lambda tx: numbers.void(tx, kind, count, reason))
        await self.look()
        return runs

    async def ticket(self, named: str) -> tuple[ApplicationId, str]:
        """The number of the ticket for an application: the next one, or the one it has.

        Raises:
            NumberSpentError: there is none, as at every village.
            ApplicationUnknownError: it is no application of this station; no number was used.
            UsageError: that is no id of an application.
        """
        application = application_id(named)
        async with self.ticketing:
            held = await self._ticket_of(application)
            if not held and await self.database.read(self._any_ticket):
                await self._require_known(application)
                await self.sealing.seal(_ticket_draft(application))
                held = await self._ticket_of(application)
                await self.look()
        if not held:
            raise NumberSpentError("本机没有票据号段")
        return application, held

    async def _ticket_of(self, application: ApplicationId) -> str:
        found = await self.database.read(
            lambda tx: numbers.of_applications(tx, [application], NumberKind.TICKET)
        )
        return found.get(application, "")

    async def _require_known(self, application: ApplicationId) -> None:
        """Raise ApplicationUnknownError: a ticket for a wrong id would be gone."""
        if not await self.database.read(lambda tx: applications.contents(tx, [application])):
            raise ApplicationUnknownError(application)

    def _due(self, tx: Transaction) -> _Due | None:
        today = self._today()
        wanted = [
            Wanted(kind=kind, year=year)
            for kind in numbers.kinds(tx)
            for year in _years(tx, kind, today)
            if self._is_low(tx, kind, year)
        ]
        if not wanted and not numbers.must_tell(tx):
            return None
        told = _few(numbers.untold(tx))
        report = NumberReport(uses=tuple(map(told_use, told)), wanted=tuple(wanted))
        return _Due(report=report, told=told)

    async def _close_past(self) -> None:
        today = self._today()
        if today is not None and await self.database.read(lambda tx: _is_past(tx, today.year)):
            await self.database.write(lambda tx: numbers.close_past(tx, today.year))

    def _today(self) -> date | None:
        """By the county's time; None where none has come."""
        trusted_ms = self.trusted.now_ms()
        return None if trusted_ms is None else local_time(trusted_ms).date()

    def _any_ticket(self, tx: Transaction) -> bool:
        """Whether one can be taken: before its year begins none of a year can."""
        today, held = self._today(), _of(tx, NumberKind.TICKET)
        return any(
            use.remaining and (today is None or use.block.series.year == today.year) for use in held
        )

    def _is_low(self, tx: Transaction, kind: NumberKind, year: int) -> bool:
        left = sum(use.remaining for use in _of(tx, kind) if use.block.series.year == year)
        asked_ms = numbers.asked(tx, kind, year)
        waits = asked_ms is not None and abs(self.clock.now_ms() - asked_ms) <= _PAUSE_MS
        return left < NUMBERS_LOW and not waits

    def _note(self, tx: Transaction, due: _Due) -> None:
        numbers.told(tx, due.told)
        for one in due.report.wanted:
            numbers.note_asked(tx, one.kind, one.year, self.clock.now_ms())


def _ticket_draft(application: ApplicationId) -> Draft:
    return Draft(
        application=ApplicationId(""),
        item="",
        content=b"",
        payload=NumberReport(application=bytes.fromhex(application)),
        blobs=(),
        number=NumberKind.TICKET,
        number_for=application,
    )


def _of(tx: Transaction, kind: NumberKind) -> list[Use]:
    return [use for use in numbers.uses(tx) if use.block.series.kind is kind]


def _is_past(tx: Transaction, year: int) -> bool:
    return any(use.remaining and use.block.series.year < year for use in numbers.uses(tx))


def _years(tx: Transaction, kind: NumberKind, today: date | None) -> list[int]:
    """Of which years numbers are needed: this one, and in December the next; by trusted time."""
    if today is not None:
        return [today.year, today.year + 1][: 1 + (today.month == _LAST_MONTH)]
    held = [use.block.series.year for use in _of(tx, kind)]
    return [max(held)] if held else []


def _few(untold: list[Use]) -> list[Use]:
    """As many as one report holds; the rest is told in the next."""
    found: list[Use] = []
    runs = 0
    for use in untold[:MAX_NUMBER_BLOCKS]:
        runs += len(use.runs)
        if runs > MAX_VOIDED_RUNS:
            break
        found.append(use)
    return found
