"""Whatever happens to blocks, in any order: what their rows keep is what counting finds."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.county.numbers.calls import BlockShown
from central.county.numbers.models import UseRow, VoidRow
from central.county.numbers.sums import sums_of
from protocol.envelope.number_payloads import NumberBlock
from protocol.limits import MAX_VOIDED_RUNS
from protocol.numbers.number import start_digits
from tests.central.county.centre import Centre
from tests.central.county.numbers.scene import (
    blocks,
    came,
    issue,
    last_block,
    number,
    report,
    shown,
)
from tests.central.county.numbers.test_closing import copied
from tests.central.county.village import Village

LONG = 6  # numbers in a block
STEPS = st.lists(
    st.sampled_from(
        [
            *("number", "number", "number", "numbers", "report", "report"),
            *("restart", "copy", "void", "forget", "issue"),
        ]
    ),
    min_size=3,
    max_size=14,
)


@dataclass(kw_only=True)
class Expected:
    """One block by plain counting."""

    told: NumberBlock
    next: int
    said: int = 0
    closed: bool = False
    voided: set[int] = field(default_factory=set)  # said to be
    uses: dict[tuple[int, str], bytes] = field(default_factory=dict)

    def use(self, serial: int, start: str, application: bytes) -> None:
        self.uses.setdefault((serial, start), application)
        self.next = max(self.next, serial + 1)

    def say(self, following: int, voided: set[int]) -> None:
        if following <= self.said:
            return
        self.said, self.next, self.voided = following, max(self.next, following), voided
        if self.closed:
            self.voided = voided | set(range(following, self.told.last + 1))

    def close(self) -> None:
        self.closed = True
        self.voided |= set(range(self.next, self.told.last + 1))
        self.next = self.told.last + 1

    @property
    def sums(self) -> tuple[int, int, int, int, int]:
        """Used, voided, remaining, arrived, twice."""
        times = Counter(serial for serial, _ in self.uses)
        voided = len(self.voided - set(times))
        used = self.next - self.told.first - voided
        twice = sum(count > 1 for count in times.values())
        return used, voided, self.told.last + 1 - self.next, len(times), twice


class History:
    """One station with its copies, and what became of its blocks."""

    def __init__(self, centre: Centre, village: Village, data: st.DataObject) -> None:
        self.centre, self.pcs, self.data = centre, [village], data
        self.blocks: dict[str, Expected] = {}

    @property
    def village(self) -> Village:
        return self.pcs[0]

    async def step(self, name: str) -> None:
        match name:
            case "number" | "numbers":
                await self.numbers(1 if name == "number" else 3)
            case "report":
                await self.report(self.data.draw(st.sampled_from(list(self.blocks.values()))))
            case "forget":  # asks as one that knows of no block
                await self.centre.bring(report(self.pc()))
            case "restart":
                self.pc().restart()
            case "copy":
                self.pcs.append(copied(self.village))
            case "void":
                block = self.data.draw(st.sampled_from(sorted(self.blocks)))
                await self.centre.county.numbers.void(block, "打错年度")
            case "issue":
                await issue(self.centre, self.village, count=LONG)
            case _:
                raise ValueError(name)
        await self.learn()

    def pc(self) -> Village:
        return self.data.draw(st.sampled_from(self.pcs))

    async def numbers(self, count: int) -> None:
        wires = []
        for _ in range(count):
            pc, block = self.pc(), self.data.draw(st.sampled_from(list(self.blocks.values())))
            serial = block.told.first + self.data.draw(st.integers(0, LONG - 1))
            wires.append(pc.submit(number=number(pc, block.told, serial)))
            block.use(serial, start_digits(pc.incarnation), pc.applications[-1])
        await self.centre.bring(*wires)

    async def report(self, block: Expected) -> None:
        told = block.told
        following = told.first + self.data.draw(st.integers(0, LONG))
        voided = {s for s in range(told.first, following) if self.data.draw(st.booleans())}
        runs = [(serial, serial, "写坏") for serial in sorted(voided)]
        await self.centre.bring(report(self.pc(), (told, following, runs), wanted=()))
        await self.learn()  # a line that forked is closed first, whatever it says
        block.say(following, voided)

    async def learn(self) -> None:
        """Blocks that are new, and those that have been closed."""
        told = {
            b.block.hex(): b for one in await came(self.centre, self.village) for b in one.blocks
        }
        for one in await blocks(self.centre, self.village):
            block = told[one.block]
            expected = self.blocks.setdefault(one.block, Expected(told=block, next=block.first))
            if one.closed and not expected.closed:
                expected.close()

    async def check(self) -> None:
        status = await self.centre.county.numbers.status()
        own = [one for one in status.blocks if one.station == self.village.node]
        assert {one.block: five(one) for one in own} == {
            name: expected.sums for name, expected in self.blocks.items()
        }
        assert all(one.issued == one.used + one.voided + one.remaining for one in own)
        assert {one.block: (one.arrived, one.twice, one.voided) for one in own} == await self.rows()
        assert (await self.centre.county.numbers.overview(0)).sums == sums_of(status.blocks)

    async def rows(self) -> dict[str, tuple[int, int, int]]:
        """Of each block: arrived, twice and voided, as its rows say."""
        uses, voids = await self.centre.rows(UseRow), await self.centre.rows(VoidRow)
        found = {}
        for name in self.blocks:
            times = Counter(one.serial for one in uses if one.block.hex() == name)
            runs = [one for one in voids if one.block.hex() == name]
            voided = {serial for one in runs for serial in range(one.first, one.last + 1)}
            assert not voided & set(times)
            twice = sum(count > 1 for count in times.values())
            found[name] = (len(times), twice, sum(one.last - one.first + 1 for one in runs))
        return found


def five(one: BlockShown) -> tuple[int, int, int, int, int]:
    return one.used, one.voided, one.remaining, one.arrived, one.twice


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(data=st.data(), steps=STEPS)
async def test_what_is_kept_is_what_counting_finds(
    centre: Centre, data: st.DataObject, steps: list[str]
) -> None:
    history = History(centre, await centre.village(), data)
    await history.step("issue")
    for name in steps:
        await history.step(name)
        await history.check()


async def test_a_serial_from_three_copies_counts_once(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village)
    block = await last_block(centre, village)
    for expected in (0, 1, 1):
        text = number(village, block, block.first)
        await centre.bring(village.submit(number=text), village.submit(number=text))
        (one,) = await blocks(centre)
        assert five(one) == (1, 0, 29, 1, expected)
        village.restart()


async def test_what_is_voided_with_the_longest_list_and_came_is_taken_out(centre: Centre) -> None:
    village = await centre.village()
    await issue(centre, village, count=2 * MAX_VOIDED_RUNS)
    block = await last_block(centre, village)
    every = [block.first + 2 * at for at in range(MAX_VOIDED_RUNS)]
    runs = [(serial, serial, "写坏") for serial in every]
    for serial in (every[0], every[-1]):
        await centre.bring(village.submit(number=number(village, block, serial)))
    await centre.bring(report(village, (block, every[-1] + 1, runs), wanted=()))
    (one,) = await blocks(centre)
    assert shown(one) == (MAX_VOIDED_RUNS + 1, MAX_VOIDED_RUNS - 2, 1, None)
    await centre.bring(village.submit(number=number(village, block, every[1])))
    (one,) = await blocks(centre)
    assert shown(one) == (MAX_VOIDED_RUNS + 2, MAX_VOIDED_RUNS - 3, 1, None)
    assert [run.first for run in one.voids] == every[2:-1]
