"""The dashboard: counts of what came, what waits, what is missing and who is silent."""

from dataclasses import fields

import pytest

from central.accounts.roles import Right
from central.county.control.operations import CountyOperations
from central.county.dashboard.calls import DashboardShown, Loss, ShowDashboard
from central.county.dashboard.service import KEPT_S, MAX_DAYS, MOST, Dashboard, _loss
from central.county.reconciliation.calls import LedgerLine
from protocol.errors import LoginForbiddenError
from protocol.records.followups import Rating
from provisioning.audit.record import AuditRecord
from runtime.actor import Actor
from tests.central.county.centre import Centre
from tests.central.county.flows.acting import one_case

DAY_MS = 86_400_000
LOOKS = Actor.on_page("黄海", frozenset({Right.LOOK}))


def dashboard(centre: Centre) -> Dashboard:
    record = AuditRecord(centre.ground.nodes.scene.authority.audit)
    return CountyOperations.of(centre.county, record).dashboard


async def shown(board: Dashboard, days: int = 7) -> DashboardShown:
    return await board.show(LOOKS, ShowDashboard(days=days))


async def test_what_came_is_counted_by_day_item_and_township_and_what_waits_by_department(
    centre: Centre,
) -> None:
    village, board = await centre.village(), dashboard(centre)
    for _ in range(2):
        await one_case(centre, village)
    centre.clock.jump_wall(ms=2 * DAY_MS)
    number = await one_case(centre, village)
    await centre.bring(village.follow_up(Rating(level=1)))
    found = await shown(board, 4)
    assert [(one.key, one.count) for one in found.days] == [
        *(("2026-09-20", 0), ("2026-09-21", 2), ("2026-09-22", 0), ("2026-09-23", 1)),
    ]
    assert [(one.name, one.count) for one in found.items] == [("养老保险参保登记", 3)]
    assert [one.count for one in found.townships] == [3]
    assert [one.count for one in found.undone] == [3]
    assert (found.bad_ratings, found.overdue_ratings) == (1, 0)
    assert number not in str(found)


async def test_a_number_that_never_came_is_a_loss_and_read_again_after_a_minute(
    centre: Centre,
) -> None:
    village, board = await centre.village(), dashboard(centre)
    village.submit()  # sealed, and lost
    await one_case(centre, village)
    (loss,) = (await shown(board)).losses
    assert (loss.station, loss.missing, loss.quarantined) == (village.node, 1, 0)
    other = await centre.village()
    other.submit()
    await one_case(centre, other)
    assert len((await shown(board)).losses) == 1
    await centre.clock.advance(KEPT_S)
    assert len((await shown(board)).losses) == 2


@pytest.mark.parametrize("stuck", ["quarantined", "review", "awaiting", "forks"])
def test_whatever_is_stuck_of_a_station_is_a_loss(stuck: str) -> None:
    """None of it is missing, and yet no case becomes of it."""
    counts = {one.name: 0 for one in fields(LedgerLine) if one.type is int}

    def loss(**more: int) -> Loss | None:
        said = {**counts, **more}
        return _loss(LedgerLine(station="s", code="4514", name="弄岗村", missing=(), **said))

    found = loss(**{stuck: 1})
    assert found is not None
    assert (getattr(found, stuck), found.missing, found.name) == (1, 0, "弄岗村")
    assert loss() is None


async def test_who_is_silent_stands_there_and_so_many_days_and_no_more(centre: Centre) -> None:
    await one_case(centre, await centre.village())
    board = dashboard(centre)
    centre.clock.jump_wall(ms=400 * DAY_MS)
    found = await shown(board, MAX_DAYS + 1)
    assert len(found.days) == MAX_DAYS
    assert len((await shown(board, 0)).days) == 1
    assert 0 < len(found.silent) <= MOST


async def test_only_who_may_look_sees_it(centre: Centre) -> None:
    with pytest.raises(LoginForbiddenError):
        await dashboard(centre).show(Actor.on_page("某人", frozenset()), ShowDashboard())
