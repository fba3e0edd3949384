"""What goes next: control at once, the other lanes by their shares, villages in turn."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import AGEING_MS, QUANTUM_BYTES, WEIGHTS, LaneScheduler, Waiting
from protocol.limits import MAX_CONTROL_BYTES, PART_BYTES
from tests.builders.strategies import waiting_items

NOW_MS = 1_790_000_000_000
SHARING = list(Lane)
AT_ONCE = (Lane.CONTROL, Lane.URGENT)


def make_waiting(
    position: int,
    lane: Lane = Lane.APPLICATIONS,
    origin: str = "p",
    size: int = 1000,
    since_ms: int = 0,
) -> Waiting:
    return Waiting(
        key=b"%d" % position,
        lane=lane,
        origin=origin,
        size=size,
        position=position,
        since_ms=since_ms,
    )


def fill(items: list[Waiting], now_ms: int = NOW_MS) -> LaneScheduler:
    scheduler = LaneScheduler()
    for item in items:
        scheduler.add(item, now_ms=now_ms)
    return scheduler


def drain(scheduler: LaneScheduler) -> list[Waiting]:
    taken = []
    while (item := scheduler.next(PART_BYTES)) is not None:
        taken.append(item)
    return taken


@given(waiting_items())
def test_everything_that_waits_goes_once(items: list[Waiting]) -> None:
    scheduler = fill(items)
    assert len(scheduler) == len(items)
    assert sorted(scheduler, key=lambda item: item.position) == items
    taken = drain(scheduler)
    assert sorted(taken, key=lambda item: item.position) == items
    assert len(scheduler) == 0


@given(waiting_items())
def test_one_origin_s_items_of_one_lane_keep_their_order(items: list[Waiting]) -> None:
    taken = drain(fill(items))
    for lane in Lane:
        for origin in "pqr":
            order = [i.position for i in taken if (i.lane, i.origin) == (lane, origin)]
            assert order == sorted(order)


@given(waiting_items(), st.integers(0, 5), st.integers(0, 20))
def test_control_goes_first_whenever_it_comes(items: list[Waiting], late: int, before: int) -> None:
    others = [item for item in items if item.lane is not Lane.CONTROL]
    scheduler = fill(others)
    for _ in range(before):
        scheduler.next(PART_BYTES)
    for n in range(late):
        scheduler.add(make_waiting(n, Lane.CONTROL, size=MAX_CONTROL_BYTES), now_ms=NOW_MS)
    rest = [item.lane is Lane.CONTROL for item in drain(scheduler)]
    assert rest == sorted(rest, reverse=True)


@pytest.mark.parametrize("lane", AT_ONCE)
def test_a_flood_of_what_goes_first_takes_its_share_and_no_more(lane: Lane) -> None:
    """A hostile origin's thousand of the largest control envelopes, and one of each other lane."""
    flood = [make_waiting(n, lane, "hostile", MAX_CONTROL_BYTES) for n in range(1000)]
    others = [make_waiting(n, other, "p", 1000) for n, other in enumerate(Lane) if other > lane]
    taken = drain(fill([*flood, *others]))
    last = max(at for at, item in enumerate(taken) if item.origin == "p")
    bound = 2 * WEIGHTS[lane] * QUANTUM_BYTES // MAX_CONTROL_BYTES + len(others)
    assert last <= bound, f"{last} of the flood went before them"
    again = make_waiting(0, lane, "p", MAX_CONTROL_BYTES)
    assert drain(fill([*flood, again])).index(again) == 1, "the others of its lane take turns"


@given(
    st.dictionaries(st.sampled_from(SHARING), st.integers(1000, PART_BYTES), min_size=2),
)
def test_lanes_that_all_have_work_share_the_line_within_one_quantum(sizes: dict[Lane, int]) -> None:
    """Per weight, no lane is ever ahead of another by more than a quantum and one item.

    Lanes 0 and 1 have one quantum in stock when they begin.
    """
    left = {lane: 700_000 // size + 1 for lane, size in sizes.items()}
    scheduler = fill(
        [make_waiting(n, lane, size=sizes[lane]) for lane in sizes for n in range(left[lane])]
    )
    sent = dict.fromkeys(sizes, 0)
    while all(left.values()):
        item = scheduler.next(PART_BYTES)
        assert item is not None
        left[item.lane] -= 1
        sent[item.lane] += item.size
        ahead = max(sizes, key=lambda lane: sent[lane] / WEIGHTS[lane])
        gap = sent[ahead] / WEIGHTS[ahead] - min(sent[lane] / WEIGHTS[lane] for lane in sizes)
        stock = QUANTUM_BYTES if ahead in AT_ONCE else 0
        assert gap <= stock + QUANTUM_BYTES + sizes[ahead] / WEIGHTS[ahead]


@given(st.sampled_from(SHARING), st.integers(1, 20_000))
def test_no_lane_waits_longer_than_one_turn_of_all_the_others(lane: Lane, size: int) -> None:
    others = [other for other in SHARING if other is not lane]
    scheduler = fill([make_waiting(n, other, size=20_000) for other in others for n in range(40)])
    for _ in range(7):  # in the middle of somebody's turn
        scheduler.next(PART_BYTES)
    scheduler.add(make_waiting(999, lane, size=size), now_ms=NOW_MS)
    sent = 0
    while (item := scheduler.next(PART_BYTES)) is not None and item.position != 999:
        sent += item.size
    assert item is not None
    stock = WEIGHTS[Lane.CONTROL] * QUANTUM_BYTES
    assert sent <= stock + sum(WEIGHTS[other] * QUANTUM_BYTES + 20_000 for other in others)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=6))
def test_stations_take_turns_inside_a_lane(queues: list[int]) -> None:
    """While two stations both have something waiting, neither is two items ahead."""
    origins = [f"station-{n}" for n in range(len(queues))]
    items = [
        make_waiting(n, origin=origin)
        for origin, count in zip(origins, queues, strict=True)
        for n in range(count)
    ]
    left, sent = Counter(item.origin for item in items), Counter[str]()
    for item in drain(fill(items)):
        sent[item.origin] += 1
        left[item.origin] -= 1
        busy = [sent[origin] for origin in origins if left[origin]]
        assert not busy or max(busy) - min(busy) <= 1


def test_one_village_s_photographs_do_not_hold_up_another_s() -> None:
    scheduler = LaneScheduler()
    large = make_waiting(1, Lane.BLOBS, "many", size=10 * PART_BYTES)
    scheduler.add(large)
    scheduler.add(make_waiting(2, Lane.BLOBS, "many", size=10 * PART_BYTES))
    scheduler.add(make_waiting(3, Lane.BLOBS, "one", size=1000))
    assert scheduler.next(PART_BYTES) == large
    scheduler.put_back(replace(large, offset=PART_BYTES))
    following = [scheduler.next(PART_BYTES) for _ in range(2)]
    assert [item.position for item in following if item] == [3, 1]


def test_the_rest_of_a_blob_goes_before_the_next_blob_of_its_station() -> None:
    scheduler = LaneScheduler()
    first = make_waiting(1, Lane.BLOBS, size=3 * PART_BYTES)
    scheduler.add(first)
    scheduler.add(make_waiting(2, Lane.BLOBS, size=3 * PART_BYTES))
    for part in range(3):
        item = scheduler.next(PART_BYTES)
        assert item is not None
        assert (item.position, item.offset) == (1, part * PART_BYTES)
        if part < 2:
            scheduler.put_back(replace(item, offset=item.offset + PART_BYTES))
    item = scheduler.next(PART_BYTES)
    assert item is not None
    assert item.position == 2


def test_a_large_blob_is_charged_by_its_parts() -> None:
    """Twelve applications of 48 KiB go for every three parts, not for every three blobs."""
    scheduler = LaneScheduler()
    for n in range(200):
        scheduler.add(make_waiting(n, Lane.APPLICATIONS, size=PART_BYTES))
    blob = make_waiting(1, Lane.BLOBS, size=100 * PART_BYTES)
    scheduler.add(blob)
    lanes = Counter[Lane]()
    for _ in range(100):
        item = scheduler.next(PART_BYTES)
        assert item is not None
        lanes[item.lane] += 1
        if item.lane is Lane.BLOBS:
            scheduler.put_back(replace(item, offset=item.offset + PART_BYTES))
    assert 18 <= lanes[Lane.BLOBS] <= 22  # a weight of 2 beside one of 8


@pytest.mark.parametrize(
    ("lane", "counts_as"),
    [
        (Lane.CONTROL, Lane.CONTROL),
        (Lane.URGENT, Lane.URGENT),
        (Lane.APPLICATIONS, Lane.URGENT),
        (Lane.RESULTS, Lane.APPLICATIONS),
        (Lane.BLOBS, Lane.RESULTS),
        (Lane.CATALOGUE, Lane.BLOBS),
    ],
)
def test_a_day_of_waiting_moves_an_item_up_one_lane(lane: Lane, counts_as: Lane) -> None:
    item = make_waiting(1, lane, since_ms=NOW_MS)
    assert item.effective_lane(NOW_MS + AGEING_MS) is lane
    assert item.effective_lane(NOW_MS + AGEING_MS + 1) is counts_as
    assert item.effective_lane(NOW_MS + 100 * AGEING_MS) is counts_as
    assert item.effective_lane(NOW_MS - 20 * 365 * AGEING_MS) is lane  # the date was set back
    assert replace(item, since_ms=0).effective_lane(NOW_MS) is lane


def test_an_aged_item_is_served_in_the_higher_lane_and_counted_in_its_own() -> None:
    scheduler = LaneScheduler()
    item = make_waiting(1, Lane.CATALOGUE, since_ms=NOW_MS - 2 * AGEING_MS)
    scheduler.add(item, now_ms=NOW_MS)
    assert scheduler.by_origin(Lane.CATALOGUE) == {item.origin: 1}
    assert scheduler.by_origin(Lane.BLOBS) == {}


@given(st.integers(0, 60))
def test_an_urgent_item_goes_at_once_whatever_is_on_its_way(before: int) -> None:
    lanes = (Lane.APPLICATIONS, Lane.RESULTS, Lane.BLOBS, Lane.CATALOGUE)
    scheduler = fill([make_waiting(n, lane, size=20_000) for lane in lanes for n in range(20)])
    for _ in range(before):
        scheduler.next(PART_BYTES)
    scheduler.add(make_waiting(999, Lane.URGENT), now_ms=NOW_MS)
    item = scheduler.next(PART_BYTES)
    assert item is not None
    assert item.position == 999


def test_urgent_items_that_never_end_do_not_starve_the_others() -> None:
    scheduler = fill([make_waiting(n, size=20_000) for n in range(100)])
    sent = Counter[Lane]()
    for n in range(200):
        if not scheduler.by_origin(Lane.URGENT):  # as soon as one has gone the next one comes
            scheduler.add(make_waiting(1000 + n, Lane.URGENT, size=20_000), now_ms=NOW_MS)
        item = scheduler.next(PART_BYTES)
        assert item is not None
        sent[item.lane] += 1
    assert sent[Lane.APPLICATIONS] > 80


def test_when_nothing_waits_nothing_goes() -> None:
    assert LaneScheduler().next(PART_BYTES) is None
