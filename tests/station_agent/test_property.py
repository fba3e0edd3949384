"""The promise, for any sequence of submits, cut exchanges, restarts and replaced databases."""

import asyncio
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope.envelope import Lane
from protocol.envelope.payloads import ReceiptState
from protocol.ids import ApplicationId
from runtime.line.conversation import Tally
from station_agent.app import Station
from tests.builders.clerk import status_of
from tests.builders.clock import START_MS
from tests.builders.lines.links import Line
from tests.station_agent.village import Village

YEAR_MS = 365 * 24 * 3600 * 1000


@dataclass(frozen=True)
class Submit:
    size: int  # bytes of an attachment; 0 for none


@dataclass(frozen=True)
class Exchange:
    cut_up: int | None = None
    cut_down: int | None = None
    pieces: int = 1 << 20


@dataclass(frozen=True)
class Restart:
    pass


@dataclass(frozen=True)
class DatabaseLost:
    """While the PC was off; the journal and the blobs are there."""


@dataclass(frozen=True)
class Answer:
    state: ReceiptState  # for all that arrived


@dataclass(frozen=True)
class ParentReplaced:
    keeps: int  # of its envelopes, the oldest


@dataclass(frozen=True)
class CountyReplaced:
    pass


@dataclass(frozen=True)
class SetClock:
    years: int  # from 2026


Step = (
    Submit | Exchange | Restart | DatabaseLost | Answer | ParentReplaced | CountyReplaced | SetClock
)
cuts = st.none() | st.integers(0, 8_000) | st.integers(0, 130_000)
STEPS = st.lists(
    st.one_of(
        st.builds(Submit, st.sampled_from([0, 0, 1, 70_000])),
        st.builds(Exchange, cut_up=cuts, cut_down=cuts, pieces=st.sampled_from([7, 1000, 1 << 20])),
        st.just(Restart()),
        st.just(DatabaseLost()),
        st.builds(Answer, st.sampled_from(ReceiptState)),
        st.builds(ParentReplaced, st.integers(0, 3)),
        st.just(CountyReplaced()),
        st.builds(SetClock, st.integers(-46, 70)),
    ),
    max_size=12,
)


@dataclass
class World:
    """Everything that one sequence acts on."""

    village: Village
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    saved: list[ApplicationId] = field(default_factory=list)
    lives: int = 1
    station: Station = field(init=False)

    async def restart(self, lose: str = "nothing") -> None:
        await self.stack.aclose()
        for path in self.village.data.glob(lose):
            path.unlink()
        await self.switch_on()

    async def switch_on(self) -> None:
        self.station = await self.stack.enter_async_context(self.village.open())

    async def act(self, step: Step) -> None:
        parent, county = self.village.parent, self.village.county
        match step:
            case Submit(size=size):
                files = [("photo", self.village.file(size))] if size else []
                self.saved.append(await self.village.submit(self.station, *files))
            case Exchange(cut_up=up, cut_down=down, pieces=pieces):
                line = Line(cut_up=up, cut_down=down, pieces_up=[pieces], pieces_down=[pieces])
                await self.village.exchange(self.station, line)
            case Restart():
                await self.restart()
            case DatabaseLost():
                await self.restart(lose="station.db*")
            case Answer(state=state):
                self.answer(state)
            case ParentReplaced(keeps=keeps):
                self.lives += 1
                parent.instance = b"parent%02d" % self.lives
                parent.restore(keeps)
            case CountyReplaced():
                self.lives += 1
                county.instance = parent.county_instance = b"county%02d" % self.lives
                parent.down = [item for item in parent.down if item[1] is Lane.CATALOGUE]
            case SetClock(years=years):
                self.village.clock.jump_wall(
                    ms=START_MS + years * YEAR_MS - self.village.clock.now_ms()
                )

    def answer(self, state: ReceiptState) -> None:
        parent, county = self.village.parent, self.village.county
        for envelope in parent.envelopes.values():
            complete = {blob for blob, _ in envelope.blobs} <= parent.whole()
            if complete or state is ReceiptState.RECEIVED:
                parent.send(county.receipt(envelope.id, state))

    async def settle(self) -> None:
        """The line holds at last; everything is exchanged."""
        for _ in range(20):
            ended = await self.village.exchange(self.station)
            assert isinstance(ended, Tally)
            if not ended.items_up:
                return
        raise AssertionError("it never ends")


async def _run(steps: list[Step], folder: Path) -> None:
    (folder / "station").mkdir()
    (folder / "station" / "station.toml").write_text("suite = 2\n")
    world = World(Village(folder / "station"))
    await world.switch_on()
    try:
        for step in steps:
            await world.act(step)
        await world.settle()
        status = await status_of(world.station)
    finally:
        await world.stack.aclose()
    parent, county = world.village.parent, world.village.county
    shown = {entry["application"]: entry["state"] for entry in status["applications"]}
    assert list(shown) == world.saved
    assert Counter({state: n for state, n in status["counts"].items() if n}) == Counter(
        shown.values()
    )
    arrived = [county.open(envelope).application.hex() for envelope in parent.envelopes.values()]
    assert len(set(arrived)) == len(arrived)  # each at most once
    for application in set(world.saved) - set(arrived):
        assert shown[application] in ("received", "complete")  # the county has answered for it
    for envelope in parent.envelopes.values():
        if shown[county.open(envelope).application.hex()] == "at_hub":
            assert {blob for blob, _ in envelope.blobs} <= parent.whole()
    assert "saved" not in shown.values()


@given(steps=STEPS)
def test_each_saved_application_reaches_the_parent_exactly_once(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(steps, Path(folder)))
