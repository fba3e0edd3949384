"""The purge: what closed cases say of citizens goes, once their packages are surely elsewhere.

Erasing itself is casework's (central.county.casework.erasure); here stands which cases it may
take, and why it leaves the others. A row of the package stays: that the case existed, and what its
package was, can be proved for ever.

Source: docs/archive.md, "The purge"; docs/adr/0031-erasure.md.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.archive import queries
from central.county.archive.calls import Kept, Purged, PurgePlan
from central.county.archive.models import PackageRow
from central.county.archive.service import Archive
from central.county.casework.erasure import Erasure
from central.county.flows.filing import After
from central.county.ports.keys import Key
from central.store.engine import Store
from protocol.casework.states import State
from protocol.errors import ClockJumpedError, UsageError
from protocol.errors.archive import PurgeChangedError, PurgeYoungError
from protocol.ports import Clock
from protocol.trust.schedule import CHINA, local_time

_PAGE = 200
_NAMED = 20  # cases by name in a report
_BEGIN: After = None
WHY: Mapping[str, str] = {
    "unarchived": "已结束，还没有归档包",
    "open": "没有归档，仍在办理或恢复办理",
    "unmoved": "归档包还没有确认移交",
    "held": "有人登记了暂缓清除",
    "rated": "差评还没有回访办结",
    "supervised": "督办单未办完或申诉中",
}
"""Why a case stays, by code."""


@dataclass(slots=True)
class _Left:
    """Cases that stay, by why."""

    found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, why: str, number: str) -> None:
        self.found.setdefault(why, []).append(number)

    def shown(self) -> list[Kept]:
        return [
            Kept(
                why=why,
                words=WHY[why],
                count=len(self.found[why]),
                cases=sorted(self.found[why])[:_NAMED],
            )
            for why in WHY
            if why in self.found
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageErasure:
    """The county's copy of a package goes with what its case says (leftovers.Erases)."""

    clock: Clock

    async def erase(self, session: AsyncSession, keys: Collection[Key]) -> None:
        """Of these applications; digests and times stay."""
        for row in await queries.packages_of(session, keys):
            row.parts, row.held_why = b"", ""
            row.purged_ms = self.clock.now_ms()
        await session.flush()

    async def spared(self, session: AsyncSession, keys: Collection[Key]) -> set[Key]:
        """Those whose package is nowhere else yet, or held: no job erases them."""
        return {
            (row.station, row.application)
            for row in await queries.packages_of(session, keys, held=True)
            if row.purged_ms is None and (row.moved_ms is None or row.held_ms is not None)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Purging:
    """Of one county."""

    archive: Archive
    erasure: Erasure
    believed: Callable[[], bool]  # whether this machine's date can be believed now

    @property
    def store(self) -> Store:
        """The county's database."""
        return self.archive.store

    async def plan(self, before: str) -> PurgePlan:
        """What would go of cases that ended before that day, and what would stay.

        Raises:
            UsageError: no day.
            PurgeYoungError: it is not long enough ago.
            ClockJumpedError: nobody has confirmed the date.
        """
        numbers, left = await self._sorted(before)
        return PurgePlan(
            before=before,
            cases=len(numbers),
            digest=_digest(numbers),
            first=numbers[:_NAMED],
            kept=left.shown(),
        )

    async def purge(self, before: str, digest: str, *, by: str) -> Purged:
        """Do what was planned, and nothing else.

        Raises:
            PurgeChangedError: it would be other cases now; nothing was purged.
            And as :meth:`plan`.
        """
        numbers, left = await self._sorted(before)
        if _digest(numbers) != digest:
            raise PurgeChangedError(str(len(numbers)))
        gone = list[str]()
        for at in range(0, len(numbers), _PAGE):
            some = numbers[at : at + _PAGE]
            gone += await self.erasure.erase(some, f"purge {before}", by=by, spared=self._spared)
        return Purged(before=before, purged=gone, kept=left.shown())

    async def _sorted(self, before: str) -> tuple[list[str], _Left]:
        before_ms = self._require_old(before)
        numbers, left = list[str](), _Left()
        after: PackageRow | None = None
        while page := await self.store.transact(
            partial(self._page, before_ms=before_ms, after=after)
        ):
            for row, why in page:
                if why:
                    left.add(why, row.number)
                else:
                    numbers.append(row.number)
            after = page[-1][0]
        await self._unarchived(before_ms, left)
        return numbers, left

    async def _page(
        self, session: AsyncSession, *, before_ms: int, after: PackageRow | None
    ) -> list[tuple[PackageRow, str]]:
        rows = await queries.ended_before(session, before_ms, after, _PAGE)
        return [(row, await self._why(session, row)) for row in rows]

    async def _why(self, session: AsyncSession, row: PackageRow) -> str:
        """Why a case stays; empty: it goes."""
        if row.held_ms is not None:
            return "held"
        if row.moved_ms is None:
            return "unmoved"
        gathering = self.archive.gathering
        case = await gathering.log.read(
            session, await gathering.casework.handled(session, row.number)
        )
        if case.status.state is not State.ARCHIVED:
            return "open"
        if await gathering.unsettled(session, case.key):
            return "rated"
        cards = await gathering.cards_of(session, case.key)
        unsettled = any(
            one.state in ("open", "replied") or one.appeal == "appealed" for one in cards
        )
        return "supervised" if unsettled else ""

    async def _spared(self, session: AsyncSession, keys: Collection[Key]) -> set[Key]:
        """Those that came to have a reason to stay since they were planned."""
        rows = await queries.packages_of(session, keys, held=True)
        return {(row.station, row.application) for row in rows if await self._why(session, row)}

    async def _unarchived(self, before_ms: int, left: _Left) -> None:
        after = _BEGIN
        while page := await self.store.transact(
            partial(self.archive.files.to_file, before_ms=before_ms, after=after, limit=_PAGE)
        ):
            for one in page:
                left.add("unarchived", one.case.number)
            after = (page[-1].ended_ms, page[-1].case.key)

    def _require_old(self, before: str) -> int:
        """The first millisecond of that day in China."""
        if not self.believed():
            raise ClockJumpedError
        try:
            day = date.fromisoformat(before)
        except ValueError:
            raise UsageError(f"日期 {before[:20]!r} 应写作 2026-01-31") from None
        days = self.archive.rules().purge_days
        today = local_time(self.archive.clock.now_ms()).date()
        if (today - day).days < days:
            raise PurgeYoungError(str(days))
        return round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)


def _digest(numbers: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(numbers).encode()).hexdigest()
