"""Lanes that a budget shuts: they keep their place, and the open ones their shares."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import (
    AGEING_MS,
    EVERY_LANE,
    QUANTUM_BYTES,
    WEIGHTS,
    LaneScheduler,
    Waiting,
)
from protocol.limits import PART_BYTES
from tests.builders.strategies import waiting_items

NOW_MS = 1_790_000_000_000
SHARING = [lane for lane in Lane if lane is not Lane.CONTROL]
LANES = st.frozensets(st.sampled_from(Lane))


def fill(items: list[Waiting]) -> LaneScheduler:
    scheduler = LaneScheduler()
    for item in items:
        scheduler.add(item, now_ms=NOW_MS)
    return scheduler


@given(waiting_items(), st.lists(LANES, max_size=30))
def test_only_open_lanes_send_and_nothing_is_lost_on_the_way(
    items: list[Waiting], openings: list[frozenset[Lane]]
) -> None:
    scheduler = fill(items)
    taken = []
    for lanes in openings:
        left = {item.lane for item in scheduler}
        assert scheduler.waits_in(lanes) == left & lanes
        item = scheduler.next(PART_BYTES, lanes)
        assert (item is None) == (not left & lanes)
        if item is not None:
            assert item.lane in lanes
            taken.append(item)
    while (item := scheduler.next(PART_BYTES)) is not None:
        taken.append(item)
    assert sorted(taken, key=lambda item: item.position) == items


def test_a_photograph_of_yesterday_waits_for_its_window_and_holds_no_result_up() -> None:
    old = Waiting(key=b"p", lane=Lane.BLOBS, origin="p", size=9, position=1, since_ms=1)
    assert old.effective_lane(AGEING_MS + 2) is Lane.RESULTS
    result = replace(old, key=b"r", lane=Lane.RESULTS, position=2, since_ms=0)
    scheduler = fill([old, result])
    nights = EVERY_LANE - {Lane.BLOBS}
    assert scheduler.next(PART_BYTES, nights) == result
    assert scheduler.next(PART_BYTES, nights) is None
    assert scheduler.next(PART_BYTES) == old


@given(
    st.sets(st.sampled_from(SHARING), min_size=2),
    st.sets(st.sampled_from(SHARING)),
    st.integers(500, 20_000),
)
def test_open_lanes_share_the_line_as_if_the_others_were_not_there(
    lanes: set[Lane], shut: set[Lane], size: int
) -> None:
    sharing = lanes - shut
    count = 400_000 // size
    scheduler = fill(
        [
            Waiting(key=b"", lane=lane, origin="p", size=size, position=n)
            for lane in lanes
            for n in range(count)
        ]
    )
    sent = dict.fromkeys(sharing, 0)
    while sharing and all(sent[lane] < count * size for lane in sharing):
        item = scheduler.next(PART_BYTES, EVERY_LANE - shut)
        assert item is not None
        sent[item.lane] += size
        shares = [sent[lane] / WEIGHTS[lane] for lane in sharing]
        stock = QUANTUM_BYTES if Lane.URGENT in sharing else 0
        slack = stock + QUANTUM_BYTES + size / min(WEIGHTS[lane] for lane in sharing)
        assert max(shares) - min(shares) <= slack


@given(st.sampled_from(SHARING), st.sets(st.sampled_from(SHARING)))
def test_a_lane_that_opens_again_goes_within_one_turn_of_the_others(
    lane: Lane, open_meanwhile: set[Lane]
) -> None:
    others = [other for other in SHARING if other is not lane]
    scheduler = fill(
        [
            Waiting(key=b"", lane=other, origin="p", size=20_000, position=n)
            for other in SHARING
            for n in range(60)
        ]
    )
    for _ in range(11):
        scheduler.next(PART_BYTES, open_meanwhile - {lane})
    sent = 0
    while (item := scheduler.next(PART_BYTES)) is not None and item.lane is not lane:
        sent += item.size
    assert item is not None
    stock = WEIGHTS[Lane.URGENT] * QUANTUM_BYTES
    assert sent <= stock + sum(WEIGHTS[other] * QUANTUM_BYTES + 20_000 for other in others)
