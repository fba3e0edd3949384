"""The events of all cases, for programs that follow them: each once, and none left out.

Each station counts its events. A position is taken under the lock of its counter in the commit
that writes the event, so whoever sees position 7 sees every one before it, on both databases. A
reader keeps a cursor: how far it has got at each station, and in which life of the database. What
people wrote stays out: who has to know it reads the case, and that stands in the record.

Source: docs/api.md, "Events"; docs/adr/0055-log-of-a-case.md.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.counters.service import last_of
from central.county.flows import queries
from central.county.flows.models import EventRow
from central.relay.instance.service import instance_of
from central.store.engine import Store
from protocol.errors.api import CursorError, FeedBegunAnewError
from protocol.trust.schedule import local_time

MAX_CURSOR_BYTES = 256 * 1024  # unpacked: 8,000 stations


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One thing that happened to a case."""

    station: str
    position: int  # among the events of its station, from 1
    application: str  # id in hex: names its case
    n: int  # among the events of its case, from 1
    kind: str
    at: str  # local time of the county, as 2027-01-04T09:14:00+08:00
    by: str  # account; empty: by itself
    right: str  # post or delegation


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """Some events, and where to go on."""

    events: Sequence[FeedEvent]
    after: str  # for the next page, also if there are no events now
    more: bool  # whether there are more already


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cursor:
    life: str  # of the database, in hex; empty: from the beginning
    positions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Of one county."""

    store: Store

    async def page(self, after: str, *, departments: Collection[str] = (), limit: int) -> FeedPage:
        """At most ``limit`` events behind a cursor.

        Args:
            departments: of the cases of these alone, if any is named.

        Raises:
            CursorError: that is no cursor.
            FeedBegunAnewError: the database was restored: positions count anew.
        """
        cursor = _read(after)
        return await self.store.transact(lambda s: self._page(s, cursor, departments, limit))

    async def _page(
        self, session: AsyncSession, cursor: _Cursor, departments: Collection[str], limit: int
    ) -> FeedPage:
        life = (await instance_of(session)).hex()
        if cursor.life not in ("", life):
            raise FeedBegunAnewError
        at = dict(cursor.positions)
        found: list[FeedEvent] = []
        # first how far each has got, then the events: what commits in between waits for the next
        for station, upto in sorted((await last_of(session, queries.EVENTS)).items()):
            begin, room = at.get(station, 0), limit - len(found)
            if begin >= upto:
                continue
            if not room:
                return FeedPage(events=found, after=_written(life, at), more=True)
            rows = await queries.events_behind(
                session, station, begin, upto=upto, departments=departments, limit=room
            )
            found += [_shown(row) for row in rows]
            at[station] = rows[-1].position if len(rows) == room else upto
        return FeedPage(events=found, after=_written(life, at), more=False)


def _shown(row: EventRow) -> FeedEvent:
    return FeedEvent(
        station=row.station,
        position=row.position,
        application=row.application.hex(),
        n=row.n,
        kind=row.kind,
        at=local_time(row.at_ms).isoformat(timespec="seconds"),
        by=row.by_name,
        right=row.by_right,
    )


def _written(life: str, positions: Mapping[str, int]) -> str:
    plain = json.dumps([life, positions], separators=(",", ":"), sort_keys=True).encode()
    return urlsafe_b64encode(zlib.compress(plain, 9)).decode().rstrip("=")


def _read(text: str) -> _Cursor:
    if not text:
        return _Cursor(life="")
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MAX_CURSOR_BYTES)
        life, positions = json.loads(plain)
        known = {str(k): int(v) for k, v in positions.items()}
    except (ValueError, TypeError, AttributeError, zlib.error, RecursionError):
        raise CursorError(text[:20]) from None
    if not isinstance(life, str) or not life or not unpacking.eof:
        raise CursorError(text[:20])
    return _Cursor(life=life, positions=known)
