"""Budgets for tests, and random ones."""

from hypothesis import strategies as st

from protocol.exchange.meter import Meter
from protocol.limits import MIN_BUDGET_BYTES_PER_S
from protocol.ports import Clock
from protocol.trust.budget import Budget, LaneBudget, Plan

NIGHT = "* 22-23,0-5 * * *"


def free_meter(clock: Clock) -> Meter:
    """A meter that lets everything go at once."""
    return Meter(plan=Plan.of, clock=clock, time_ms=clock.now_ms)


NIGHTS_ONLY = LaneBudget(windows=(NIGHT,))

RATES = st.integers(MIN_BUDGET_BYTES_PER_S, 100_000)
WINDOWS = st.sampled_from([NIGHT, "* 6-11 * * SAT", "*/2 * * * *", "0-29 12 1 * *", "* 8-17 * * *"])

PACES = st.builds(LaneBudget, bytes_per_s=st.none() | RATES)
LANE_BUDGETS = st.builds(
    LaneBudget,
    bytes_per_s=st.none() | RATES,
    bytes_per_day=st.none() | st.integers(0, 1_000_000),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
)
BUDGETS = st.builds(
    Budget,
    link=st.none() | LANE_BUDGETS,
    control=st.none() | PACES,
    urgent=st.none() | PACES,
    **{
        name: st.none() | LANE_BUDGETS for name in ("applications", "results", "blobs", "catalogue")
    },
)
