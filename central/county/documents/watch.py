"""Limits of telling that run out: said among the county's alarms before the last day.

Source: docs/documents.md, "Telling".
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.documents import Place, TimedDocument, timed_documents
from central.county.casework.calls import FollowUpShown
from central.county.casework.views import FollowedBy
from central.county.documents.limits import NEAR, OVER, telling
from central.county.documents.making import Counting
from central.county.documents.queries import told_of
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.catalogue.items.release import calendar_of
from protocol.ports import Clock
from protocol.records.followups import Telling
from protocol.trust.schedule import local_time

log = logging.getLogger(__name__)

TELLING_NEAR, TELLING_OVER = "document.telling-near", "document.telling-over"
LOOKED_BACK_DAYS = 120  # older ones are the supervision's business, not an alarm of every day
_DAY_MS = 86_400_000
_PAGE = 500
_FIRST: Place = (0, "", b"", 0)
_SHOWN = 5
_WORDS = {
    NEAR: "份文书告知期限将满（今天或下一个工作日），还没有告知：",
    OVER: "份文书过了告知期限还没有告知：",
}
_CODES = {NEAR: TELLING_NEAR, OVER: TELLING_OVER}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingWatch:
    """Says which documents nobody was told of; it tells nobody."""

    store: Store
    followed_by: FollowedBy
    counting: Counting
    clock: Clock

    async def alarms(self) -> list[dict[str, str]]:
        """An alarm ``{code, words}`` for what is near its limit, and one for what is over."""
        release = await self.counting()
        calendar = calendar_of(release.entries if release else {})
        found: dict[str, list[str]] = {OVER: [], NEAR: []}
        today, after = local_time(self.clock.now_ms()).date(), _FIRST
        while page := await self.store.transact(partial(self._untold, after=after)):
            for one in page.untold:
                stands = telling(_day(one.issued_ms), one.days, None, today, calendar)
                if stands.late:
                    found[stands.late].append(f"{one.case} {one.name}")
            after = page.last
        return [
            {"code": _CODES[late], "words": f"{len(names)} {_WORDS[late]}{_listed(names)}"}
            for late, names in found.items()
            if names
        ]

    async def log(self) -> None:
        """A slow job: say it in the log, with how many there are."""
        for alarm in await self.alarms():
            log.warning("telling is due", extra={"event": "document.alarm", "code": alarm["code"]})

    async def _untold(self, session: AsyncSession, after: Place) -> "_Page | None":
        """A page of documents with a limit behind a place, without those that were told."""
        since_ms = self.clock.now_ms() - LOOKED_BACK_DAYS * _DAY_MS
        timed = await timed_documents(session, since_ms=since_ms, after=after, limit=_PAGE)
        if not timed:
            return None
        keys = {one.key for one in timed}
        told = {(row.station, row.application, row.n) for row in await told_of(session, keys)}
        said = _said_of(await self.followed_by(session, keys))
        untold = [
            one
            for one in timed
            if (*one.key, one.n) not in told and (one.key, one.name) not in said
        ]
        last = timed[-1]
        return _Page(untold=untold, last=(last.issued_ms, *last.key, last.n))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    untold: Sequence[TimedDocument]
    last: Place


def _said_of(
    followed: Mapping[Key, Sequence[FollowUpShown]],
) -> Collection[tuple[Key, str]]:
    """Of which document of which case a village says that somebody was told."""
    return {
        (key, said.subject.document)
        for key, every in followed.items()
        for one in every
        if (said := one.said) is not None and isinstance(said.subject, Telling)
    }


def _day(at_ms: int) -> date:
    return local_time(at_ms).date()


def _listed(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 份" if len(names) > _SHOWN else ""
    return f"{'、'.join(names[:_SHOWN])}{more}"
