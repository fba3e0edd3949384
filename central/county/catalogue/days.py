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
from protocol.catalogue.calendars.dates import read_moment
from protocol.catalogue.calendars.due import due, read_limit
from protocol.catalogue.calendars.market import day_words, market_days
from protocol.catalogue.items.divisions import is_division
from protocol.catalogue.items.names import CALENDAR
from protocol.catalogue.items.release import calendar_of, markets_of
from protocol.errors import UsageError
from protocol.text import identifier
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
        start, entries = read_from(asked.start), await self._entries()
        known = calendar_of(entries) if CALENDAR in entries else national_calendar(start.year)
        try:
            limit = read_limit(asked.limit)
        except ValueError as exc:
            raise UsageError(f"--limit {exc}") from None
        try:
            found = due(start, limit, known)
        except (ValueError, OverflowError):
            raise UsageError(f"--from {asked.start[:40]}：届满日超出可计算的年份") from None
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
        moment = read_from(asked.start)
        start = moment.date() if isinstance(moment, datetime) else moment
        if not 1 <= asked.days <= MAX_MARKET_DAYS:
            raise UsageError(f"--days {asked.days}：须为 1 至 {MAX_MARKET_DAYS}")
        code, entries = identifier(asked.code), await self._entries()
        if not is_division(code):
            raise UsageError(f"--code {asked.code[:20]!r}：区划代码是 9 位或 12 位数字")
        markets = markets_of(entries, code)
        if not markets:
            fault = "已发布的目录里没有它的圩日" if entries else "还没有发布目录"
            raise UsageError(f"--code {code}：{fault}")
        try:
            dates = sorted({day for one in markets for day in market_days(one, start, asked.days)})
            why = [day_words(day) for day in dates]
        except ValueError as exc:
            raise UsageError(f"--from {exc}") from None
        except OverflowError:
            raise UsageError("--from 超出可计算的年份") from None
        return MarketAnswer(
            code=code,
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


def read_from(text: str) -> date | datetime:
    """What stands behind ``--from``, in the county's time.

    Raises:
        UsageError: it is no date and no time.
    """
    try:
        return read_moment(text, zone=CHINA)
    except ValueError as exc:
        raise UsageError(f"--from {exc}") from None


def _written(when: date | datetime) -> str:
    if isinstance(when, datetime):
        return when.isoformat(timespec="minutes")
    return when.isoformat()
