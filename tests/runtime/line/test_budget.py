"""An exchange keeps to the budget, and ends in order when only shut lanes have something left."""

import asyncio
from itertools import pairwise

import pytest

from protocol.envelope.envelope import Lane
from protocol.exchange.messages import EnvelopeItem, Message, Part
from protocol.exchange.meter import SLACK_S
from protocol.exchange.wire import FrameReader
from protocol.limits import MIN_BUDGET_BYTES_PER_S
from protocol.trust.budget import Budget, LaneBudget
from runtime.line.conversation import Tally
from tests.builders.budgets import NIGHTS_ONLY
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.lines.exchanges import Exchange, hold, hold_exchange, prepare
from tests.builders.lines.links import Line
from tests.builders.virtual_time import LoopClock, run

NOON_MS = 1_790_049_600_000  # 2026-09-22, 12:00 in China
TEN_HOURS_S = 36_000.0
PHOTO = bytes(range(256)) * 800  # 205 KB


def make_exchange_store(budget: Budget | None = None) -> MemoryExchangeStore:
    return MemoryExchangeStore(name="child", budget=budget, clock=LoopClock(NOON_MS))


def make_parent() -> MemoryExchangeStore:
    return MemoryExchangeStore(name="parent", instance=b"the peer")


class Watched(Line):
    """Notes when each item goes out, and how large its content is."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[float, int, Message]] = []
        frames, send = FrameReader(), self.child.send

        async def watched(data: bytes) -> None:
            for message in frames.feed(data):
                if isinstance(message, Part | EnvelopeItem):
                    size = len(message.data if isinstance(message, Part) else message.wire)
                    self.sent.append((asyncio.get_running_loop().time(), size, message))
            await send(data)

        self.child.send = watched  # type: ignore[method-assign]


def test_what_is_shut_stays_and_the_exchange_ends_at_once() -> None:
    async def story() -> None:
        child, parent = make_exchange_store(Budget(blobs=NIGHTS_ONLY)), make_parent()
        form, photo = child.queue_envelope(b"form"), child.queue_blob(PHOTO)
        exchange = await hold_exchange(child, parent)
        assert exchange.clean
        assert child.partings == [True]
        assert parent.stored == [form]
        assert list(child.waits) == [photo]
        assert parent.blobs == {}
        assert asyncio.get_running_loop().time() < 1.0

    run(story())


def test_the_parent_obeys_for_what_goes_down() -> None:
    async def story() -> None:
        child = make_exchange_store()
        parent = MemoryExchangeStore(
            name="parent", budget=Budget(blobs=NIGHTS_ONLY), clock=LoopClock(NOON_MS)
        )
        result, scan = parent.queue_envelope(b"result", Lane.RESULTS), parent.queue_blob(PHOTO)
        exchange = await hold_exchange(child, parent)
        assert exchange.clean
        assert child.stored == [result]
        assert list(parent.waits) == [scan]

    run(story())


def test_a_line_that_is_kept_open_sends_when_the_window_opens() -> None:
    async def story() -> None:
        child, parent, line = (
            make_exchange_store(Budget(blobs=NIGHTS_ONLY)),
            make_parent(),
            Watched(),
        )
        photo = child.queue_blob(PHOTO)
        await asyncio.sleep(TEN_HOURS_S - 47)
        exchange = await hold_exchange(child, parent, line, linger_s=50)
        assert exchange.clean
        assert parent.stored == [photo]
        assert TEN_HOURS_S <= line.sent[0][0] <= TEN_HOURS_S + 1

    run(story())


def test_a_budget_that_changes_in_a_running_exchange_holds_at_once() -> None:
    async def story() -> None:
        child, parent = make_exchange_store(Budget(blobs=NIGHTS_ONLY)), make_parent()
        photo = child.queue_blob(PHOTO)
        exchange = prepare(child, parent)
        holding = asyncio.create_task(hold(exchange, linger_s=600))
        await asyncio.sleep(60)
        assert parent.blobs == {}
        child.budget = None
        await asyncio.sleep(10)
        assert parent.stored == [photo]
        child.budget = Budget(blobs=NIGHTS_ONLY)
        child.queue_blob(PHOTO + b"another")
        await holding
        assert parent.stored == [photo]
        assert exchange.clean

    run(story())


@pytest.mark.parametrize("rate", [MIN_BUDGET_BYTES_PER_S, 8000, 50_000])
def test_the_pace_holds_in_every_stretch_and_is_used(rate: int) -> None:
    async def story() -> tuple[Exchange, Watched]:
        child, line = make_exchange_store(Budget(link=LaneBudget(bytes_per_s=rate))), Watched()
        for n in range(60):
            child.queue_envelope(b"%d" % n * 400)
        child.queue_blob(PHOTO)
        return await hold_exchange(child, make_parent(), line), line

    exchange, line = run(story())
    assert exchange.clean
    assert not exchange.child.exchange_store.waits
    for first in range(len(line.sent)):
        total = 0
        for at, size, _ in line.sent[first:]:
            assert total <= rate * (at - line.sent[first][0] + SLACK_S) + 1
            total += size
    total = sum(size for _, size, _ in line.sent)
    assert line.sent[-1][0] <= total / rate + 1.0  # no time is given away


def test_an_urgent_application_overtakes_on_a_slow_pace_within_a_second_and_a_part() -> None:
    async def story() -> float:
        child, line = make_exchange_store(Budget(link=LaneBudget(bytes_per_s=4096))), Watched()
        child.queue_blob(PHOTO)
        holding = asyncio.create_task(hold_exchange(child, make_parent(), line))
        await asyncio.sleep(20.3)
        urgent = b"urgent"
        child.queue_envelope(urgent, Lane.URGENT)
        await holding
        (at,) = [at for at, _, m in line.sent if isinstance(m, EnvelopeItem) and m.wire == urgent]
        return at

    assert run(story()) <= 20.3 + 2.0


def test_lanes_keep_their_shares_under_a_pace() -> None:
    """Applications and photographs, 8 to 2, while both have something."""

    async def story() -> Watched:
        child, line = make_exchange_store(Budget(link=LaneBudget(bytes_per_s=20_000))), Watched()
        for n in range(400):
            child.queue_envelope(b"%04d" % n * 500)
        child.queue_blob(PHOTO * 3)
        await hold_exchange(child, make_parent(), line)
        return line

    sent = run(story()).sent
    last_form = max(at for at, (_, _, m) in enumerate(sent) if isinstance(m, EnvelopeItem))
    parts = sum(size for _, size, m in sent[:last_form] if isinstance(m, Part))
    forms = 400 * 2000
    assert 0.15 * forms <= parts <= 0.35 * forms


def test_a_spent_day_is_noted_before_its_bytes_go_and_ends_the_exchange() -> None:
    async def story() -> None:
        budget = Budget(applications=LaneBudget(bytes_per_day=5000))
        child, parent, line = make_exchange_store(budget), make_parent(), Watched()
        for n in range(10):
            child.queue_envelope(b"%d" % n * 1500, origin="p")
        send = line.child.send

        async def noted_before(data: bytes) -> None:
            noted = child.spent[-1].sent[Lane.APPLICATIONS] if child.spent else 0
            await send(data)
            assert sum(size for _, size, _ in line.sent) <= noted

        line.child.send = noted_before  # type: ignore[method-assign]
        exchange = await hold_exchange(child, parent, line)
        assert exchange.clean
        assert len(parent.stored) == 4  # three are not enough, the fourth overdraws
        assert child.spent[-1].sent[Lane.APPLICATIONS] == 6000
        assert len(child.waits) == 6
        await asyncio.sleep(TEN_HOURS_S * 1.3)  # the next day
        await hold_exchange(child, parent)
        assert len(parent.stored) == 8

    run(story())


def test_a_paced_exchange_over_a_line_without_answers_takes_its_time() -> None:
    """Half duplex: the child does not take its own pauses for the parent's silence."""

    async def story() -> MemoryExchangeStore:
        child, parent = (
            make_exchange_store(Budget(link=LaneBudget(bytes_per_s=1024))),
            make_parent(),
        )
        for n in range(4):
            child.queue_envelope(bytes([n]) * 40_000)  # 39 s each
        line = Line(half_duplex=True)
        await hold_exchange(child, parent, line)
        return parent

    assert len(run(story()).stored) == 4


def test_the_pace_of_the_line_is_measured_without_its_pauses() -> None:
    async def story() -> Tally:
        child, parent = make_exchange_store(), make_parent()
        parent.commit_s = 0.5
        child.queue_envelope(b"a" * 1000)
        exchange = prepare(child, parent)
        holding = asyncio.create_task(hold(exchange, linger_s=30))
        await asyncio.sleep(20)
        child.queue_envelope(b"b" * 3000)
        await holding
        assert exchange.child.tally is not None
        return exchange.child.tally

    tally = run(story())
    assert tally.carried_bytes == 4000
    assert 1.0 <= tally.busy_s <= 1.1


def test_parts_of_a_slow_pace_are_small_and_steady() -> None:
    async def story() -> Watched:
        child, line = make_exchange_store(Budget(blobs=LaneBudget(bytes_per_s=8000))), Watched()
        child.queue_blob(PHOTO)
        await hold_exchange(child, make_parent(), line)
        return line

    sent = run(story()).sent
    assert {size for _, size, _ in sent[:-1]} == {8000}
    assert all(0.7 <= two[0] - one[0] <= 1.1 for one, two in pairwise(sent))
