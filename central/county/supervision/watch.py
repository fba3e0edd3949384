"""The clock of the county: it looks at every case in time, gives cards, and lets silence speak.

What it writes of a case is one transaction: cards, events, and when it looks again. So a machine
that stops anywhere goes on as if it had not, and of two processes one is faster.

Source: docs/clocks.md, "What the clock does".
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.ports.keys import Key
from central.county.supervision import queries
from central.county.supervision.firing import Looked, firings, post_of
from central.county.supervision.giving import give, of_case
from central.county.supervision.models import LightRow
from central.county.supervision.ports import Calendars, Case, Cases, Charges
from central.county.supervision.rules import RULES, Rule, read_rules, read_yellow
from central.county.supervision.silence import happenings
from central.store.engine import Store
from protocol.casework.clocks import moment, running, written
from protocol.casework.lights import OVER, Thresholds, light_of
from protocol.casework.states import OPEN
from protocol.catalogue.calendars.due import Unit
from protocol.errors import RefusedError, StoreError
from protocol.errors.casework import LogBrokenError
from protocol.ports import Clock
from protocol.trust.schedule import CHINA, local_time

PAGE = 50  # cases in one transaction
MAX_PAGES = 400  # in one go: a minute's worth, and the rest in the next
_HOUR = timedelta(hours=1)
_HOUR_MS = 3_600_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The clock of one county.

    Args:
        believed: whether this machine's date can be believed now; while it can't, nothing happens.
    """

    store: Store
    cases: Cases
    calendars: Calendars
    charges: Charges
    clock: Clock
    believed: Callable[[], bool]

    async def look(self) -> None:
        """A job: look at every case whose time has come."""
        given = 0
        for _ in range(MAX_PAGES):
            if not self.believed():
                return
            looked, cards = await self._turn()
            given += cards
            if looked < PAGE:
                break
        if given:
            log.info("cards", extra={"event": "supervision.cards", "count": given})

    async def _turn(self) -> tuple[int, int]:
        """A page of cases in one transaction; if one of them can't be looked at, one by one."""
        try:
            return await self.store.transact(partial(self._page, most=PAGE))
        except RefusedError as exc:
            if isinstance(exc, StoreError) and not isinstance(exc, LogBrokenError):
                raise
        given = 0
        for _ in range(PAGE):
            looked, cards = await self._one()
            given += cards
            if not looked:
                return 0, given
        return PAGE, given

    async def _one(self) -> tuple[int, int]:
        """The next case alone; one that can't be looked at waits for an hour."""
        try:
            return await self.store.transact(partial(self._page, most=1))
        except RefusedError as exc:
            if isinstance(exc, StoreError) and not isinstance(exc, LogBrokenError):
                raise
            log.warning("not looked at", extra={"event": "supervision.held", "code": exc.code})
            await self.store.transact(self._put_off)
            return 1, 0

    async def _put_off(self, session: AsyncSession) -> None:
        now_ms = self.clock.now_ms()
        for key in await queries.due(session, now_ms, 1):
            await queries.set_light(session, key, {"next_ms": now_ms + _HOUR_MS})

    async def differing(self, after: Key, limit: int) -> tuple[list[Key], Key | None]:
        """Of a page of lights, those that are not what their log says now; the last one's key."""

        async def work(session: AsyncSession) -> tuple[list[Key], Key | None]:
            rows = {
                (row.station, row.application): row
                for row in await queries.lights_after(session, after, limit)
            }
            return await self._wrong(session, rows), max(rows) if len(rows) == limit else None

        return await self.store.transact(work)

    async def mend(self, key: Key) -> bool:
        """Whether the light of a case still is not what its log says; then it is looked at again.

        Nobody writes in the log meanwhile.
        """

        async def work(session: AsyncSession) -> bool:
            row = await queries.light_held(session, key)
            if row is None or not await self._wrong(session, {key: row}):
                return False
            await queries.mark(session, [key])
            return True

        return await self.store.transact(work)

    async def _wrong(self, session: AsyncSession, rows: Mapping[Key, LightRow]) -> list[Key]:
        """Of lights that are not due to be looked at anyway."""
        due = [key for key, row in rows.items() if row.next_ms > self.clock.now_ms()]
        listed = await self.cases.listed(session, due)
        now = self._now()
        try:
            found = await self._looked(session, due, now)
        except LogBrokenError:  # such a case has no light that could be wrong
            each = [await self._followed(session, key, now) for key in due]
            found = [one for some in each for one in some or ()]
            due = [key for key, some in zip(due, each, strict=True) if some is not None]
        again = {case.key: _light(looked)[:2] for case, looked in found}
        return [
            key
            for key in due
            if again.get(key) != (rows[key].light, rows[key].what)
            or listed.get(key) != (rows[key].due, rows[key].light)
        ]

    async def _followed(
        self, session: AsyncSession, key: Key, now: datetime
    ) -> list[tuple[Case, Looked]] | None:
        """None: its log can't be followed."""
        try:
            return await self._looked(session, [key], now)
        except LogBrokenError:
            return None

    async def rules(self, session: AsyncSession) -> Sequence[Rule]:
        """Those that count: the county's own, or the usual ones."""
        own = await queries.rules(session)
        return read_rules(own.encode()) if own else RULES

    async def _page(self, session: AsyncSession, most: int) -> tuple[int, int]:
        """Look at so many cases; how many there were, and how many cards they were given."""
        now = self._now()
        keys = await queries.due(session, self.clock.now_ms(), most)
        if not keys:
            return 0, 0
        rules, given = await self.rules(session), 0
        found = await self._looked(session, keys, now)
        for key in set(keys) - {case.key for case, _ in found}:
            await queries.drop_light(session, key)
        for case, looked in found:
            for one in firings(looked, rules):
                given += await give(session, of_case(case), one, self.clock.now_ms())
            await self._settle(session, case, looked)
        return len(keys), given

    async def _looked(
        self, session: AsyncSession, keys: Sequence[Key], now: datetime
    ) -> list[tuple[Case, Looked]]:
        cases = await self.cases.watched(session, keys)
        wanted = {release for case in cases for release in case.status.calendars}
        _, calendars = await self.calendars(session, wanted)
        yellow, charges = await yellow_now(session), await self.charges(session, keys)
        return [
            (
                case,
                Looked(
                    status=case.status,
                    rules=case.rules,
                    events=case.events,
                    calendars=calendars,
                    thresholds=yellow,
                    now=now,
                    charges=charges.get(case.key, ()),
                ),
            )
            for case in cases
        ]

    async def _settle(self, session: AsyncSession, case: Case, looked: Looked) -> None:
        """Let happen what is due; else write the light, and when to look again."""
        release, _ = await self.calendars(session, ())
        bodies = happenings(looked, release)
        if bodies and await self.cases.happens(session, case.key, bodies):
            await queries.mark(session, [case.key])  # it stands elsewhere now
        elif case.status.state in OPEN:
            values = _values(case, looked)
            await queries.set_light(session, case.key, values)
            await self.cases.lit(session, case.key, str(values["due"]), str(values["light"]))
        else:
            await queries.drop_light(session, case.key)

    def _now(self) -> datetime:
        return local_time(self.clock.now_ms()).replace(tzinfo=None)


async def mark(session: AsyncSession, keys: Collection[Key]) -> None:
    """Something has happened to these cases: look at them again. Joins the transaction."""
    await queries.mark(session, keys)


async def yellow_now(session: AsyncSession) -> Thresholds:
    """When yellow begins, by the county's own word or as usual."""
    return read_yellow(await queries.yellow(session))


def _light(looked: Looked) -> tuple[str, str, bool]:
    lit = light_of(looked.status, looked.rules, looked.calendars, looked.now, looked.thresholds)
    return lit.light.value, lit.what.value if lit.what else "", lit.by_transport


def _values(case: Case, looked: Looked) -> dict[str, object]:
    light, what, by_transport = _light(looked)
    runs = running(looked.status, looked.rules, looked.calendars, looked.now)
    first = next((one for one in runs if one.budget.what in OVER), None)
    in_hours = any(
        limit.unit is Unit.HOURS
        for one in runs
        for limit in one.budget.limits
        if moment(one.latest) > looked.now
    )
    return {
        "n": case.status.n,
        "next_ms": _again(looked.now, hourly=in_hours),
        "light": light,
        "what": what,
        "by_transport": by_transport,
        "due": written(first.due) if first else "",
        "number": case.number,
        "item": case.item,
        "department": looked.rules.department,
        "post": post_of(looked.status, looked.rules),
    }


def _again(now: datetime, *, hourly: bool) -> int:
    """When anything may be different: the next midnight, or within the hour."""
    midnight = datetime.combine(now.date() + timedelta(1), time())
    again = min(midnight, now + _HOUR) if hourly else midnight
    return int(again.replace(tzinfo=CHINA).timestamp() * 1000)
