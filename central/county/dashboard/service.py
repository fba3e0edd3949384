"""The dashboard: every count comes from an index or from what is kept with each case.

Source: docs/monitoring.md, "Dashboard".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from central.accounts.roles import Right
from central.county.dashboard.calls import (
    DASHBOARD,
    DashboardShown,
    Group,
    Loss,
    ShowDashboard,
    Silent,
)
from central.county.figures.service import Figures
from central.county.nodes.service import NodeWatch
from central.county.nodes.view import NodeView
from central.county.ratings.calls import ListCallbacks
from central.county.ratings.service import Callbacks
from central.county.reconciliation.calls import LedgerLine
from central.county.reconciliation.service import Reconciliation
from central.county.supervision.cards import Cards
from central.store.engine import Store
from protocol.ports import Clock
from protocol.trust.schedule import local_time
from runtime.actor import Actor
from runtime.cli.command import silent
from runtime.control.calls import Handler, handlers
from runtime.control.owner import Operation, Report

MAX_DAYS = 366
MOST = 10  # items and silent nodes that are shown
MAX_GROUPS = 100  # townships and departments that are shown: a county has 51 departments
KEPT_S = 60.0  # the ledger of all stations: it reads each one's numbers


@dataclass(slots=True, kw_only=True)
class _Kept:
    """The ledger as it was read last."""

    at_s: float | None = None
    losses: Sequence[Loss] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Of one county."""

    store: Store
    clock: Clock
    figures: Figures
    cards: Cards
    callbacks: Callbacks
    nodes: NodeWatch
    reconciliation: Reconciliation
    _kept: _Kept = field(default_factory=_Kept)

    async def show(self, actor: Actor, wanted: ShowDashboard, _: Report = silent) -> DashboardShown:
        """How the county stands now. Raises LoginForbiddenError."""
        actor.require(Right.LOOK)
        now_ms = self.clock.now_ms()
        today = local_time(now_ms).date()
        first = today - timedelta(min(max(wanted.days, 1), MAX_DAYS) - 1)
        parts = await self._counted(first, today)
        views = [one for one in await self.nodes.overview() if one.should_speak]
        bad = await self.callbacks.list(ListCallbacks(limit=1))
        return DashboardShown(
            now_ms=now_ms,
            days=parts["day"],
            items=parts["item"],
            townships=parts["township"],
            lights=(await self.cards.wall()).lights,
            undone=parts["undone"],
            bad_ratings=bad.open,
            overdue_ratings=bad.overdue,
            on_the_way=sum(one.waiting or 0 for one in views),
            losses=await self._losses(),
            silent=[_silent(one) for one in views if _is_silent(one)][:MOST],
        )

    async def _counted(self, first: date, today: date) -> dict[str, list[Group]]:
        since, until = first.isoformat(), today.isoformat()

        async def work(session: AsyncSession) -> dict[str, list[Group]]:
            received = self.figures.received
            by_day = dict(await received(session, "day", since, until))
            days = [first + timedelta(n) for n in range((today - first).days + 1)]
            found = {
                "day": [
                    Group(key=f"{day}", name=f"{day:%m-%d}", count=by_day.get(f"{day}", 0))
                    for day in days
                ]
            }
            for by, limit in (("item", MOST), ("township", MAX_GROUPS)):
                rows = await received(session, by, since, until)
                found[by] = await self._groups(session, by, rows, limit)
            undone = await self.figures.undone(session, "department", until)
            found["undone"] = await self._groups(session, "department", undone.items(), MAX_GROUPS)
            return found

        return await self.store.transact(work)

    async def _groups(
        self, session: AsyncSession, by: str, rows: Iterable[tuple[str, int]], limit: int
    ) -> list[Group]:
        """The most first; only what is shown is named."""
        counted = sorted(rows, key=lambda row: (-row[1], row[0]))[:limit]
        names = await self.figures.names(session, by, [key for key, _ in counted])
        return [Group(key=key, name=names[key] or "—", count=count) for key, count in counted]

    async def _losses(self) -> Sequence[Loss]:
        """Stations of which something is missing or stuck; read again once a minute."""
        now_s, kept = self.clock.ticks_s(), self._kept
        if kept.at_s is None or now_s - kept.at_s >= KEPT_S:
            lines = [one.line() for one in await self.reconciliation.ledger()]
            kept.losses = [loss for line in lines if (loss := _loss(line))]
            kept.at_s = now_s
        return kept.losses

    def handlers(self) -> Mapping[str, Operation]:
        """What can be asked over the control socket."""
        return handlers(Handler(DASHBOARD, self.show))


def _loss(line: LedgerLine) -> Loss | None:
    missing = sum(one.to - one.from_ + 1 for one in line.missing)
    stuck = (line.quarantined, line.review, line.awaiting, line.forks)
    if not missing and not any(stuck):
        return None
    return Loss(
        station=line.station,
        name=line.name or line.station,
        missing=missing,
        quarantined=line.quarantined,
        review=line.review,
        awaiting=line.awaiting,
        forks=line.forks,
    )


def _is_silent(view: NodeView) -> bool:
    return any(alarm.code == "silent" for alarm in view.alarms)


def _silent(view: NodeView) -> Silent:
    return Silent(node=view.node, name=view.name, heard_ms=view.heard_ms, waiting=view.waiting)
