"""Whether lists, sums and lights are what the logs say: compared each night, and put right.

The log of a case is the truth; its status, its figures (what the dashboard and a monthly report
sum) and its light are views of it, written in the same transaction. What differs is a fault of the
program or of a disk: it is counted, logged and written anew. It goes a page at a time, rests as
long as each page took, and stops after some minutes to go on in the next hour: nobody waits for it.

Source: docs/casework.md, "Compared with the log".
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.figures.service import Figures
from central.county.flows.rated import RatedByLog
from central.county.ports.keys import Key
from central.county.supervision.watch import Watch
from protocol.errors.casework import LogBrokenError

STATUS, FIGURE, LIGHT = VIEWS = ("status", "figure", "light")
PAGE = 50  # cases in one transaction
_SLICE_S, _ROUND_S = 600.0, 86_400.0
_FIRST: Key = ("", b"")  # before every case

log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Round:
    """How far the comparison has come."""

    differing: Mapping[str, int] | None = None  # of the last whole round, by view; None: not yet
    begun_s: float | None = None  # of this one
    view: str = ""  # what is walked: status with figures, then light; empty: this one is over
    after: Key = _FIRST
    found: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewCheck:
    """Of one county."""

    rated: RatedByLog
    figures: Figures
    watch: Watch
    round: Round = field(default_factory=Round)

    async def look(self) -> None:
        """A job: go on with the round, or begin one if a day has passed since the last began."""
        now_s, state = self.watch.clock.ticks_s(), self.round
        if not state.view:
            if state.begun_s is not None and now_s - state.begun_s < _ROUND_S:
                return
            state.begun_s, state.view, state.after, state.found = now_s, STATUS, _FIRST, Counter()
        while state.view and self.watch.clock.ticks_s() - now_s < _SLICE_S:
            begun_s = self.watch.clock.ticks_s()
            await self._turn(state)
            if (took_s := self.watch.clock.ticks_s() - begun_s) > 0:
                await self.watch.clock.sleep(took_s)

    async def _turn(self, state: Round) -> None:
        """A page; behind the last one the next view, or the end."""
        page = self._cases if state.view == STATUS else self._lights
        found, more = await page(state.after)
        state.found.update(found)
        state.after = more or _FIRST
        if more is None:
            state.view = LIGHT if state.view == STATUS else ""
        if not state.view:
            self._end(state)

    def _end(self, state: Round) -> None:
        state.differing = {view: state.found[view] for view in VIEWS}
        for view, count in state.differing.items():
            if count:
                fields = {"event": "views.differ", "view": view, "count": count}
                log.error("a view was not what logs say", extra=fields)

    async def _cases(self, after: Key) -> tuple[Counter[str], Key | None]:
        """Status and figures of a page of cases."""

        async def suspects(session: AsyncSession) -> tuple[dict[Key, set[str]], Key | None]:
            page = await self.rated.log.differing(session, after, PAGE)
            found: dict[Key, set[str]] = {key: {STATUS} for key in page.cases}
            for key in await self.figures.without_case(session, after, page.more, page.looked):
                found.setdefault(key, set()).add(FIGURE)
            for key in page.looked:
                if key not in found and await self._miscounted(session, key):
                    found[key] = {FIGURE}
            return found, page.more

        keys, more = await self.watch.store.transact(suspects)
        counts = Counter[str]()
        for key in keys:
            counts.update(await self.watch.store.transact(partial(self._mend, key=key)))
        return counts, more

    async def _mend(self, session: AsyncSession, key: Key) -> list[str]:
        """What of a case still differs while nobody else can write in its log; it is put right."""
        found = []
        try:
            if await self.rated.log.mend(session, key):
                found.append(STATUS)
            courses = await self.rated.courses(session, [key])
            if await self.figures.mend(session, key, courses[0] if courses else None):
                found.append(FIGURE)
        except LogBrokenError:
            found.append(STATUS)  # nothing follows from such a log: somebody has to look
        return found

    async def _miscounted(self, session: AsyncSession, key: Key) -> bool:
        courses = await self.rated.courses(session, [key])
        return not courses or await self.figures.differs(session, courses[0])

    async def _lights(self, after: Key) -> tuple[Counter[str], Key | None]:
        """A page of lights."""
        keys, more = await self.watch.differing(after, PAGE)
        wrong = [await self.watch.mend(key) for key in keys]
        return Counter({LIGHT: sum(wrong)}), more
