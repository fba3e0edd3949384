"""Answers about days, by the calendar of the newest release."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from central.county.catalogue.calls import (
    DUE,
    MARKET_DAYS,
    DueAnswer,
    DueQuestion,
    MarketAnswer,
    MarketQuestion,
)
from central.county.catalogue.national import national_calendar
from protocol.catalogue.calendars.due import due, read_limit
from protocol.catalogue.calendars.market import day_words, market_days
from protocol.catalogue.items import CALENDAR, calendar_of, markets_of
from protocol.errors import UsageError
from protocol.trust.edition import Edition
from protocol.trust.schedule import CHINA
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report

MAX_MARKET_DAYS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DayService:
    """Says when limits end and when markets are."""

    newest: Callable[[], Awaitable[Edition | None]]  # release

    async def due(self, _: Actor, asked: DueQuestion, __: Report = silent) -> DueAnswer:
        """When a limit ends, and why.

        Before the first release the country's arrangement counts, without the county's own days.

        Raises:
            UsageError: no date, no limit, or an end beyond all calendars.
        """
        start, entries = read_moment(asked.start), await self._entries()
        known = calendar_of(entries) if CALENDAR in entries else national_calendar(start.year)
        try:
            found = due(start, read_limit(asked.limit), known)
        except (ValueError, OverflowError) as exc:
            raise UsageError(f"--limit {asked.limit[:20]}: {exc}") from None
        return DueAnswer(
            due=_written(found.due),
            latest=_written(found.latest),
            provisional=found.provisional,
            why=list(found.why),
        )

    async def market_days(
        self, _: Actor, asked: MarketQuestion, __: Report = silent
    ) -> MarketAnswer:
        """The market days of a township.

        Raises:
            UsageError: no date or too many days, or the catalogue names no market for this code.
        """
        moment = read_moment(asked.start)
        start = moment.date() if isinstance(moment, datetime) else moment
        if not 1 <= asked.days <= MAX_MARKET_DAYS:
            raise UsageError(f"--days {asked.days}: 1 to {MAX_MARKET_DAYS}")
        markets = markets_of(await self._entries(), asked.code)
        if not markets:
            raise UsageError(
                f"--code {asked.code[:20]}: the published catalogue has no market days for it"
            )
        try:
            dates = sorted({day for one in markets for day in market_days(one, start, asked.days)})
            why = [day_words(day) for day in dates]
        except (ValueError, OverflowError) as exc:
            raise UsageError(f"--from {asked.start[:20]}: {exc}") from None
        return MarketAnswer(
            code=asked.code,
            rules=[one.words for one in markets],
            dates=[day.isoformat() for day in dates],
            why=why,
        )

    async def _entries(self) -> Mapping[str, bytes]:
        newest = await self.newest()
        return newest.entries if newest else {}

    def handlers(self) -> dict[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(DUE, self.due), Handler(MARKET_DAYS, self.market_days))


def read_moment(text: str) -> date | datetime:
    """A date, or a time of day in the county's time; one with a zone is turned into it.

    Raises:
        UsageError: it is neither.
    """
    try:
        if len(text) == len("2026-01-02"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        local = moment.astimezone(CHINA) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise UsageError(f"--from {text[:40]!r}: write 2026-02-13 or 2026-02-13T10:30") from None
    return local.replace(tzinfo=None)


def _written(when: date | datetime) -> str:
    if isinstance(when, datetime):
        return when.isoformat(timespec="minutes")
    return when.isoformat()
