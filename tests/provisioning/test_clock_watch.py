"""The county's own clock: which jumps are seen, what they stop, and what no date moves."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from protocol.errors import ClockJumpedError
from provisioning.authority import Authority
from provisioning.clock_watch import AWAY_MS, JUMP_MS, ClockState, ClockWatch, Jump
from tests.builders.clock import START_MS, FakeClock
from tests.provisioning.scene import Scene

DAY_MS = 86_400_000


@dataclass
class Shelf:
    """A disk."""

    state: ClockState | None = None

    def clock_state(self) -> ClockState | None:
        return self.state

    def keep_clock(self, state: ClockState) -> None:
        self.state = state


def restarted(ms: int, *, off_s: float = 0) -> tuple[ClockWatch, Shelf]:
    """A county that ran, was off while the date changed by ``ms``, and runs again."""
    clock, shelf = FakeClock(), Shelf()
    ClockWatch(clock, shelf).keep()
    clock.tick(off_s)
    clock.jump_wall(ms=ms)
    return ClockWatch(clock, shelf), shelf


@pytest.mark.parametrize("jump_ms", [0, 1, JUMP_MS, -JUMP_MS])
def test_up_to_an_hour_is_no_jump(jump_ms: int) -> None:
    clock = FakeClock()
    watch = ClockWatch(clock, Shelf())
    clock.tick(3 * 86_400)
    clock.jump_wall(ms=jump_ms)
    assert watch.look()
    assert watch.jump is None


@pytest.mark.parametrize("jump_ms", [JUMP_MS + 1, -JUMP_MS - 1, 10**12, -START_MS])
def test_more_than_an_hour_is_one_and_stays_one_until_confirmed(jump_ms: int) -> None:
    clock, shelf = FakeClock(), Shelf()
    watch = ClockWatch(clock, shelf)
    clock.tick(60)
    clock.jump_wall(ms=jump_ms)
    assert not watch.look()
    found = Jump(
        expected_ms=START_MS + 60_000, found_ms=START_MS + 60_000 + jump_ms, at_start=False
    )
    assert watch.jump == found
    clock.jump_wall(ms=-jump_ms)  # a second jump that undoes the first proves nothing
    assert not watch.look()
    watch.keep()
    again = ClockWatch(clock, shelf)
    assert not again.look()
    assert again.jump == found
    assert again.confirm() == found
    assert again.look()
    assert ClockWatch(clock, shelf).look()


def test_many_small_steps_are_one_jump() -> None:
    clock = FakeClock()
    watch = ClockWatch(clock, Shelf())
    believed = []
    for _ in range(3):
        clock.tick(60)
        clock.jump_wall(ms=JUMP_MS // 2)
        believed.append(watch.look())
    assert believed == [True, True, False]


@pytest.mark.parametrize(
    ("ms", "believed"), [(0, True), (-1, False), (AWAY_MS, True), (AWAY_MS + 1, False)]
)
def test_at_a_start_any_way_back_and_thirty_days_ahead(ms: int, *, believed: bool) -> None:
    watch, _ = restarted(ms)
    assert watch.look() is believed
    if watch.jump:
        assert watch.jump == Jump(expected_ms=START_MS, found_ms=START_MS + ms, at_start=True)


def test_the_first_start_has_nothing_to_compare_with() -> None:
    assert ClockWatch(FakeClock(0), Shelf()).look()


def test_the_date_is_noted_while_it_runs() -> None:
    """A power cut: nothing ends in order."""
    clock, shelf = FakeClock(), Shelf()
    watch = ClockWatch(clock, shelf)
    clock.tick(3600)
    watch.keep()
    clock.jump_wall(ms=-1000)
    assert not ClockWatch(clock, shelf).look()


@pytest.mark.parametrize("jump_ms", [10**12, -START_MS, 0])
def test_lived_time_goes_on_by_ticks(jump_ms: int) -> None:
    clock, shelf = FakeClock(), Shelf()
    watch = ClockWatch(clock, shelf)
    clock.tick(100)
    clock.jump_wall(ms=jump_ms)
    watch.look()
    clock.tick(100)
    assert watch.lived_ms() == 200_000
    watch.confirm()
    clock.tick(100)
    assert watch.lived_ms() == 300_000


@pytest.mark.parametrize(
    ("ms", "lived_ms"), [(5 * DAY_MS, 5 * DAY_MS), (AWAY_MS + 1, 0), (-5 * DAY_MS, 0)]
)
def test_lived_time_counts_what_a_county_was_off_if_its_date_can_be_true(
    ms: int, lived_ms: int
) -> None:
    watch, shelf = restarted(ms)
    assert watch.lived_ms() == lived_ms
    watch.keep()
    assert shelf.state is not None
    assert shelf.state.lived_ms == lived_ms


def test_the_authority_keeps_it_over_a_restart(tmp_path: Path) -> None:
    scene = Scene(data=tmp_path)
    scene.clock.tick(50)
    scene.reopen()
    assert scene.authority.watch.lived_ms() == 50_000
    scene.clock.jump_wall(ms=-JUMP_MS - 1)
    scene.reopen()
    assert not scene.authority.watch.look()
    scene.reopen()
    assert not scene.authority.watch.look()
    scene.authority.watch.confirm()
    scene.reopen()
    assert scene.authority.watch.look()
    assert isinstance(scene.authority, Authority)


def test_after_a_jump_the_record_lets_nothing_go(tmp_path: Path) -> None:
    scene = Scene(data=tmp_path)
    scene.authority.audit.add(actor="root", action="x")
    for _ in range(30):
        scene.clock.tick(10 * 86_400)
        scene.authority.audit.add(actor="root", action="y")
    scene.clock.jump_wall(ms=JUMP_MS + 1)
    with pytest.raises(ClockJumpedError):
        scene.authority.audit.purge(before_ms=START_MS + 1, actor="root")
    scene.authority.watch.confirm()
    assert scene.authority.audit.purge(before_ms=START_MS + 1, actor="root") == 1
