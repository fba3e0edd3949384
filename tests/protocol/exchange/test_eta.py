"""Forecasts: further back never earlier, in the shares of the lanes, with windows and days."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.exchange.eta import Eta
from protocol.exchange.lanes import LaneScheduler, Waiting
from protocol.exchange.meter import Meter
from protocol.limits import PART_BYTES
from protocol.trust.budget import Budget, LaneBudget, Plan
from protocol.trust.schedule import local_time
from tests.builders.budgets import BUDGETS, NIGHTS_ONLY
from tests.builders.clock import FakeClock

NOON_MS = 1_790_049_600_000  # 2026-09-22, 12:00 in China
NOON = local_time(NOON_MS)


def make_eta(
    budget: Budget | None = None, rate: float = 1000.0, **waiting: int
) -> tuple[Eta, Meter]:
    clock = FakeClock(NOON_MS)
    meter = Meter(plan=lambda: Plan.of(budget), clock=clock, time_ms=clock.now_ms)
    lanes = {Lane[name.upper()]: count for name, count in waiting.items()}
    return Eta.of(meter, lanes, bytes_per_s=rate, start=NOON), meter


def arrival(eta: Eta, lane: Lane, upto: int) -> datetime:
    found = eta.arrival(lane, upto)
    assert found is not None
    return found


def test_alone_on_the_line_it_is_size_by_pace() -> None:
    eta, _ = make_eta(applications=60_000)
    assert arrival(eta, Lane.APPLICATIONS, 60_000) == NOON + timedelta(seconds=60)


def test_a_slower_budget_decides() -> None:
    eta, _ = make_eta(Budget(link=LaneBudget(bytes_per_s=2000)), rate=50_000.0)
    assert arrival(eta, Lane.APPLICATIONS, 60_000) == NOON + timedelta(seconds=30)


def test_photographs_wait_for_the_night_and_hold_nobody_up_meanwhile() -> None:
    eta, _ = make_eta(Budget(blobs=NIGHTS_ONLY), applications=8000, blobs=36_000)
    assert arrival(eta, Lane.APPLICATIONS, 8000) == NOON + timedelta(seconds=8)
    night = NOON + timedelta(hours=10)
    assert night < arrival(eta, Lane.BLOBS, 36_000) <= night + timedelta(seconds=44)


def test_other_lanes_take_their_shares_and_no_more_than_they_have() -> None:
    """Weights 8 to 2: while 8,000 bytes of applications go, 2,000 of the photographs do."""
    eta, _ = make_eta(applications=8000, blobs=1_000_000)
    assert arrival(eta, Lane.APPLICATIONS, 8000) == NOON + timedelta(seconds=10)
    assert arrival(eta, Lane.BLOBS, 500_000) == NOON + timedelta(seconds=508)


def test_a_day_s_share_spreads_the_rest_over_the_next_days() -> None:
    cap = Budget(blobs=LaneBudget(bytes_per_day=100_000))
    eta, meter = make_eta(cap, blobs=250_000)
    assert arrival(eta, Lane.BLOBS, 100_000) == NOON + timedelta(seconds=100)
    midnight = NOON + timedelta(hours=12)
    assert arrival(eta, Lane.BLOBS, 150_000) == midnight + timedelta(seconds=50)
    assert arrival(eta, Lane.BLOBS, 250_000) == midnight + timedelta(days=1, seconds=50)
    meter.charge(Lane.BLOBS, 70_000)
    later = Eta.of(meter, {Lane.BLOBS: 250_000}, bytes_per_s=1000.0, start=NOON)
    assert arrival(later, Lane.BLOBS, 50_000) == midnight + timedelta(seconds=20)


def test_what_will_never_go_has_no_time() -> None:
    eta, _ = make_eta(Budget(blobs=LaneBudget(bytes_per_day=0)), blobs=10)
    assert eta.arrival(Lane.BLOBS, 10) is None


@given(
    BUDGETS,
    st.floats(500, 1_000_000),
    st.sampled_from(Lane),
    st.lists(st.integers(1, 3_000_000), min_size=2, max_size=8),
    st.lists(st.integers(0, 3_000_000), min_size=6, max_size=6),
)
def test_further_back_is_never_earlier(
    budget: Budget, rate: float, lane: Lane, places: list[int], waits: list[int]
) -> None:
    waiting = {one.name.lower(): count for one, count in zip(Lane, waits, strict=True)}
    eta, _ = make_eta(budget, rate, **waiting)
    times = [eta.arrival(lane, place) for place in sorted(places)]
    known = [time for time in times if time is not None]
    assert known == sorted(known)
    assert times == known + [None] * (len(times) - len(known))
    assert all(time >= NOON for time in known)


@given(
    st.dictionaries(st.sampled_from(Lane), st.lists(st.integers(500, 20_000), max_size=60)),
)
def test_the_forecast_agrees_with_the_scheduler(sizes: dict[Lane, list[int]]) -> None:
    """Within one turn of all lanes: shares are exact only over whole turns."""
    scheduler = LaneScheduler()
    for lane, queue in sizes.items():
        for at, size in enumerate(queue):
            scheduler.add(Waiting(key=b"", lane=lane, origin="p", size=size, position=at))
    eta, _ = make_eta(
        None, 1000.0, **{lane.name.lower(): sum(queue) for lane, queue in sizes.items()}
    )
    upto, total = dict.fromkeys(Lane, 0), 0
    while (item := scheduler.next(PART_BYTES)) is not None:
        upto[item.lane] += item.size
        total += item.size
        expected = arrival(eta, item.lane, upto[item.lane])
        turn = 25 * 16_384 + 6 * 20_000 + 8 * 16_384
        assert abs((expected - NOON).total_seconds() * 1000 - total) <= turn + 1
