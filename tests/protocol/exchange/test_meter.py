"""The meter: never faster than the pace, never over the day, never through a shut window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack
from protocol.envelope.envelope import Lane
from protocol.exchange.meter import SLACK_S, Held, Meter, Spent
from protocol.limits import MAX_COUNT, MAX_TIME_MS, MIN_BUDGET_BYTES_PER_S, PART_BYTES
from protocol.trust.budget import NEVER_SHUT, Budget, LaneBudget, Plan
from protocol.trust.schedule import local_time
from tests.builders.budgets import BUDGETS, NIGHT, NIGHTS_ONLY, RATES
from tests.builders.clock import FakeClock

NOON_MS = 1_790_049_600_000  # 2026-09-22, 12:00 in China
HOUR_S = 3600
ORDINARY = [lane for lane in Lane if lane not in NEVER_SHUT]


class Rig:
    """A meter with its clock, and a budget that may be changed under it."""

    def __init__(self, budget: Budget | None) -> None:
        self.clock = FakeClock(NOON_MS)
        self.budget = budget
        self.meter = Meter(
            plan=lambda: Plan.of(self.budget),
            clock=self.clock,
            time_ms=self.clock.now_ms,
        )


def test_noon_is_noon() -> None:
    assert local_time(NOON_MS).isoformat() == "2026-09-22T12:00:00+08:00"


def test_without_a_budget_everything_may_go() -> None:
    rig = Rig(None)
    rig.meter.charge(Lane.BLOBS, 10**9)
    assert rig.meter.ready() == set(Lane)
    assert rig.meter.opens_in_s() is None
    assert rig.meter.part_bytes() == PART_BYTES


@given(
    RATES,
    st.lists(
        st.tuples(st.floats(0, 3), st.sampled_from(Lane), st.integers(1, PART_BYTES)), max_size=40
    ),
)
def test_no_stretch_of_time_carries_more_than_the_pace_gives(
    rate: int, tries: list[tuple[float, Lane, int]]
) -> None:
    """But for a quarter of a second's worth, and the one item that overdraws."""
    rig = Rig(Budget(link=LaneBudget(bytes_per_s=rate)))
    sent: list[tuple[float, int]] = []
    for pause_s, lane, size in tries:
        rig.clock.tick(pause_s)
        if lane in rig.meter.ready():
            rig.meter.charge(lane, size)
            sent.append((rig.clock.ticks_s(), size))
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            between_s = sent[last][0] - sent[first][0]
            total = sum(size for _, size in sent[first:last])
            assert total <= rate * (between_s + SLACK_S) + 1


@given(
    st.integers(0, 200_000),
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(ORDINARY), st.integers(1, 90_000)), max_size=60
    ),
)
def test_a_day_s_share_is_exceeded_by_one_item_at_most(
    cap: int, tries: list[tuple[int, Lane, int]]
) -> None:
    rig = Rig(Budget(link=LaneBudget(bytes_per_day=cap)))
    sent: dict[str, list[int]] = {}
    for hours, lane, size in tries:
        rig.clock.tick(hours * HOUR_S)
        if lane in rig.meter.ready():
            rig.meter.charge(lane, size)
            day = local_time(rig.clock.now_ms()).date().isoformat()
            sent.setdefault(day, []).append(size)
    assert all(sum(sizes) - sizes[-1] < cap for sizes in sent.values())


@given(BUDGETS, st.integers(0, 14 * 24 * 60), st.booleans())
def test_a_lane_is_ready_or_paced_or_shut_and_says_when_it_changes(
    budget: Budget, minute: int, spend: bool
) -> None:
    rig = Rig(budget)
    rig.clock.tick(minute * 60)
    if spend:
        for lane in Lane:
            rig.meter.charge(lane, 2_000_000)
    shut = rig.meter.shut()
    assert not set(shut) & set(NEVER_SHUT)
    assert not rig.meter.ready() & set(shut)
    open_lanes = set(Lane) - set(shut)
    pause_s = rig.meter.pause_s(open_lanes)
    assert pause_s is not None
    rig.clock.tick(pause_s)
    assert rig.meter.ready() or set(rig.meter.shut()) & open_lanes  # a window may have closed
    opens_s = rig.meter.opens_in_s()
    if opens_s is not None:
        before = rig.meter.shut()
        rig.clock.tick(opens_s + 0.001)
        assert set(before) - set(rig.meter.shut())


def test_a_window_shuts_its_lane_until_it_opens() -> None:
    rig = Rig(Budget(blobs=NIGHTS_ONLY))
    assert rig.meter.shut() == {Lane.BLOBS: Held.WINDOW}
    assert rig.meter.opens_in_s() == 10 * HOUR_S
    rig.clock.tick(10 * HOUR_S)
    assert rig.meter.ready() == set(Lane)
    rig.clock.tick(8 * HOUR_S)
    assert rig.meter.shut() == {Lane.BLOBS: Held.WINDOW}


@pytest.mark.parametrize("now_ms", [0, -1, MAX_TIME_MS, MAX_COUNT - 1, 253_402_300_800_000])
def test_whatever_a_clock_says_windows_open_and_shut_by_it(now_ms: int) -> None:
    rig = Rig(Budget(blobs=NIGHTS_ONLY, results=LaneBudget(bytes_per_day=0)))
    rig.clock.jump_wall(ms=now_ms - NOON_MS)
    shut = rig.meter.shut()
    assert shut[Lane.RESULTS] is Held.BUDGET
    assert (Lane.BLOBS in shut) is (rig.meter.opens_at(Lane.BLOBS) != rig.meter.now)
    opens_in_s = rig.meter.opens_in_s()
    assert opens_in_s is None or 0 < opens_in_s <= 24 * HOUR_S


def test_urgent_and_control_pass_when_the_link_is_shut_and_spent() -> None:
    rig = Rig(Budget(link=LaneBudget(bytes_per_day=0, windows=(NIGHT,))))
    assert rig.meter.ready() == set(NEVER_SHUT)
    assert rig.meter.opens_in_s() is None  # a share of nothing comes on no day


def test_a_spent_day_ends_at_midnight_and_a_window_may_end_it_later() -> None:
    morning = LaneBudget(bytes_per_day=1000, windows=("* 8-17 * * *",))
    rig = Rig(Budget(applications=morning))
    rig.meter.charge(Lane.APPLICATIONS, 1000)
    assert rig.meter.shut() == {Lane.APPLICATIONS: Held.BUDGET}
    assert rig.meter.opens_in_s() == 20 * HOUR_S
    rig.clock.tick(20 * HOUR_S)
    assert rig.meter.shut() == {}


def test_what_was_spent_is_known_after_a_restart_and_counts_for_its_day_only() -> None:
    budget = Budget(blobs=LaneBudget(bytes_per_day=5000))
    rig = Rig(budget)
    rig.meter.charge(Lane.BLOBS, 5000)
    kept = unpack(pack(rig.meter.spent), Spent)
    again = Rig(budget)
    again.meter.resume(kept)
    assert again.meter.shut() == {Lane.BLOBS: Held.BUDGET}
    again.clock.tick(12 * HOUR_S)
    assert again.meter.shut() == {}


def test_a_clock_put_back_over_midnight_gives_no_second_day() -> None:
    rig = Rig(Budget(blobs=LaneBudget(bytes_per_day=5000)))
    rig.clock.tick(12 * HOUR_S)
    rig.meter.charge(Lane.BLOBS, 5000)
    rig.clock.jump_wall(ms=-1000)
    assert rig.meter.shut() == {Lane.BLOBS: Held.BUDGET}
    rig.clock.jump_wall(ms=2000)
    assert rig.meter.shut() == {Lane.BLOBS: Held.BUDGET}


def test_a_day_of_the_far_future_is_not_believed_for_ever() -> None:
    """A hub that once thought it was 2035 counts anew today."""
    rig = Rig(Budget(blobs=LaneBudget(bytes_per_day=5000)))
    rig.meter.resume(Spent(day=24_000, sent=(0, 0, 0, 0, 9000, 0)))
    assert rig.meter.shut() == {}


def test_parts_shrink_with_the_pace() -> None:
    assert Rig(Budget(link=LaneBudget(bytes_per_s=8000))).meter.part_bytes() == 8000
    slowest = Rig(Budget(blobs=LaneBudget(bytes_per_s=MIN_BUDGET_BYTES_PER_S)))
    assert slowest.meter.part_bytes() == 4096


def test_a_new_budget_holds_from_the_next_question_on() -> None:
    rig = Rig(Budget(blobs=NIGHTS_ONLY))
    assert Lane.BLOBS not in rig.meter.ready()
    rig.budget = None
    assert Lane.BLOBS in rig.meter.ready()


@pytest.mark.parametrize("sent", [(), (1, 2, 3)])
def test_a_count_of_another_shape_is_not_read(sent: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="spent"):
        Spent(day=1, sent=sent)
