"""What the catalogue asks a person to see to: drafts that wait for long, days that run out."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from central.county.catalogue.drafts.service import Drafts
from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.calendars.horizon import MIN_DAYS_AHEAD, Horizon, horizon
from protocol.catalogue.items.names import is_item
from protocol.catalogue.items.release import calendar_of
from protocol.ports import Clock
from protocol.trust.edition import Edition
from protocol.trust.schedule import local_time

log = logging.getLogger(__name__)

REVIEW_OVERDUE, CALENDAR_ENDS = "catalogue.review-overdue", "catalogue.calendar-ends"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueWatch:
    """Says what is due; it publishes nothing."""

    drafts: Drafts
    newest: Callable[[], Awaitable[Edition | None]]  # release
    clock: Clock

    async def alarms(self) -> list[dict[str, str]]:
        """An alarm ``{code, words}`` for each thing that a person should see to."""
        overdue = [
            {
                "code": REVIEW_OVERDUE,
                "words": f"目录草稿 {one.draft}（编写 {'、'.join(one.authors)}）"
                "超过期限还没有审核，"
                "未经审核不会发布。请催办，或用 catalogue reject 退回。",
            }
            for one in await self.drafts.overdue()
        ]
        release = await self.newest()
        if release is None:
            return overdue
        found = await asyncio.to_thread(self._horizon, release)
        return [*overdue, _calendar_alarm(found)] if found.is_near else overdue

    async def log(self) -> None:
        """A slow job: say it in the log, until nothing is left to say."""
        for alarm in await self.alarms():
            log.warning(alarm["words"], extra={"event": "catalogue.alarm", "code": alarm["code"]})

    def _horizon(self, release: Edition) -> Horizon:
        today = local_time(self.clock.now_ms()).date()
        return horizon(calendar_of(release.entries), today, _limits(_Release(release)))


@dataclass(frozen=True, slots=True)
class _Release:
    """A release, known by its digest: its limits are read once."""

    edition: Edition

    def __hash__(self) -> int:
        return hash(self.edition.head.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Release) and self.edition.head.digest == other.edition.head.digest


@lru_cache(maxsize=1)
def _limits(release: _Release) -> frozenset[Limit]:
    entries = release.edition.entries
    found: set[str] = set()
    for code in filter(is_item, entries):
        limits: dict[str, Any] = json.loads(entries[code]).get("limits") or {}
        found |= {limits[key] for key in ("legal", "promised") if limits.get(key)}
    return frozenset(map(read_limit, found))


def _calendar_alarm(found: Horizon) -> dict[str, str]:
    known = f"只到 {found.ends}" if found.ends else "连今年的也没有"
    return {
        "code": CALENDAR_ENDS,
        "words": f"目录里的放假安排{known}，今天受理的件最长要算到 {found.needed}，"
        f"之后不足 {MIN_DAYS_AHEAD} 天：期限会成为暂定。请更新放假安排后重新发布目录。",
    }
