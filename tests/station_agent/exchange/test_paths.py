"""Whom a station calls: its parent, or another while that is silent; and that it comes back."""

from dataclasses import dataclass, field

import pytest

from protocol.errors import (
    BusyError,
    DiskFullError,
    LineError,
    NotOnRosterError,
    SignatureError,
    VersionError,
    YizhanError,
)
from protocol.ids import NodeId
from station_agent.exchange.parent import Target
from station_agent.exchange.paths import Paths
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock

HOME, COUNTY, OTHER = (Target(NodeId(two * 8), f"https://{two}") for two in ("aa", "c0", "bb"))
AFTER_S = 1800
LONGEST_S = 900  # between two calls of the parent from elsewhere


@dataclass
class Village:
    """A station whose calls are answered by those who are ``up``."""

    up: set[Target] = field(default_factory=lambda: {HOME, COUNTY, OTHER})
    fault: YizhanError = field(default_factory=lambda: LineError("dead"))
    parent: Target = HOME
    others: tuple[Target, ...] = (COUNTY, OTHER)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.paths = Paths(
            parent=lambda: self.parent,
            others=lambda: self.others,
            clock=self.clock,
            randomness=SeededRandomness(1),
            after_s=AFTER_S,
        )

    def turn(self) -> tuple[list[Target], Target | None]:
        """One turn as the exchange service takes it: who was called, and who answered."""
        called = []
        for target in self.paths.candidates():
            called.append(target)
            if target in self.up:
                self.paths.answered(target)
                return called, target
            if not self.paths.failed(target, self.fault):
                break
        return called, None

    async def pass_time(self, seconds: float) -> None:
        await self.clock.advance(seconds)


async def test_a_parent_that_answers_is_the_only_one_called() -> None:
    village = Village()
    for _ in range(5):
        assert village.turn() == ([HOME], HOME)
        await village.pass_time(AFTER_S)
    assert village.paths.last is not None
    assert not village.paths.last.by_other


async def test_the_others_are_called_after_the_set_time_and_not_before() -> None:
    village = Village()
    village.turn()
    village.up = {COUNTY, OTHER}
    await village.pass_time(AFTER_S - 1)
    assert village.turn() == ([HOME], None)
    await village.pass_time(1)
    assert village.turn() == ([HOME, COUNTY], COUNTY)
    assert village.turn() == ([COUNTY], COUNTY)
    assert village.paths.last is not None
    assert village.paths.last.by_other


async def test_the_date_of_the_pc_opens_no_path() -> None:
    village = Village(up={COUNTY})
    village.clock.jump_wall(ms=365 * 86_400_000)
    assert village.turn() == ([HOME], None)


async def test_who_is_first_in_the_roster_is_called_first() -> None:
    village = Village(up={COUNTY, OTHER}, others=(OTHER, COUNTY))
    await village.pass_time(AFTER_S)
    assert village.turn() == ([HOME, OTHER], OTHER)
    village.up = {COUNTY}
    assert village.turn()[1] is None
    assert village.turn() == ([HOME, OTHER, COUNTY], COUNTY)


async def test_a_village_whose_own_line_was_cut_stays_with_its_hub() -> None:
    village = Village(up=set())
    await village.pass_time(AFTER_S)
    assert village.turn() == ([HOME, COUNTY, OTHER], None)
    village.up = {HOME, COUNTY, OTHER}
    assert village.turn() == ([HOME], HOME)


async def test_it_comes_back_by_itself() -> None:
    village = Village(up={COUNTY})
    await village.pass_time(AFTER_S)
    village.turn()
    for _ in range(3):
        await village.pass_time(LONGEST_S)
        assert village.turn() == ([HOME, COUNTY], COUNTY)
    village.up = {HOME, COUNTY}
    await village.pass_time(LONGEST_S)
    assert village.turn() == ([HOME], HOME)
    assert village.turn() == ([HOME], HOME)


async def test_away_a_silent_exchange_ends_when_the_parent_is_due() -> None:
    village = Village(up={COUNTY})
    assert village.paths.linger_s(50) == 50
    await village.pass_time(AFTER_S)
    village.turn()
    left_s = village.paths.linger_s(10_000)
    assert 0 <= left_s <= 60
    await village.pass_time(60)
    assert village.paths.linger_s(50) == 0
    assert village.turn()[0] == [HOME, COUNTY]


@pytest.mark.parametrize("fault", [BusyError("later"), VersionError("old")])
async def test_a_refusal_in_words_opens_no_path(fault: YizhanError) -> None:
    village = Village(up={COUNTY}, fault=fault)
    for _ in range(4):
        await village.pass_time(AFTER_S / 2)
        assert village.turn() == ([HOME], None)


@pytest.mark.parametrize("fault", [NotOnRosterError("who?"), SignatureError("another node")])
async def test_one_that_does_not_serve_us_counts_as_silent(fault: YizhanError) -> None:
    village = Village(up={COUNTY}, fault=fault)
    village.turn()
    await village.pass_time(AFTER_S)
    assert village.turn() == ([HOME, COUNTY], COUNTY)


async def test_a_fault_of_our_own_disk_is_nobodys_silence() -> None:
    village = Village(up={COUNTY}, fault=DiskFullError("full"))
    await village.pass_time(AFTER_S)
    assert village.turn() == ([HOME], None)


async def test_another_that_refuses_us_is_left_for_the_next() -> None:
    village = Village(up=set())
    await village.pass_time(AFTER_S)
    assert village.paths.failed(HOME, LineError("dead"))
    assert village.paths.failed(COUNTY, VersionError("old"))


async def test_a_path_that_the_roster_takes_away_is_left() -> None:
    village = Village(up={COUNTY})
    await village.pass_time(AFTER_S)
    village.turn()
    village.others = ()
    assert village.turn() == ([HOME], None)


async def test_a_new_parent_has_its_time_too() -> None:
    village = Village(up={COUNTY})
    await village.pass_time(AFTER_S)
    village.turn()
    village.parent = Target(NodeId("dd" * 8), "https://dd")
    assert village.turn() == ([village.parent], None)
    await village.pass_time(AFTER_S)
    assert village.turn() == ([village.parent, COUNTY], COUNTY)
