"""Power goes between taking a number and saving: it is used with the application, or not at all."""

import pytest

from protocol.errors import DiskFullError
from protocol.numbers.number import Number, NumberKind
from runtime.control.calls import Nothing
from station_agent.numbers.operations import NumberOperations
from station_agent.opening import recover_station
from station_agent.store import numbers
from tests.builders.clerk import CLERK, status_of
from tests.builders.disks.power import PowerCut
from tests.station_agent.numbers.scene import block, given, send, sums, ticket, use_up
from tests.station_agent.power import Fuse, FusedDisk, fit_fuse
from tests.station_agent.upkeep.test_recovery import without_an_index
from tests.station_agent.village import Village

WRITING = [
    "UPDATE number_blocks",
    "INSERT INTO number_uses",
    "INSERT INTO outbox",
    "INSERT INTO applications",
    "append journal",
    "sync journal",
    "INSERT INTO incarnations",
    "COMMIT",
]


@pytest.mark.parametrize("failure", [PowerCut, DiskFullError])
@pytest.mark.parametrize("step", WRITING)
async def test_no_number_is_lost_or_used_twice(
    village: Village, step: str, failure: type[BaseException]
) -> None:
    fuse = Fuse()
    village.disk = FusedDisk(village.data, fuse)
    async with village.open() as station:
        await send(village, station, block(1, 40))
        (first,) = await use_up(village, station, 1)
        take_out = fit_fuse(station, fuse)
        fuse.failure, fuse.blows_at = failure(), step
        submission = village.submission()
        with pytest.raises(failure):
            await station.intake.submit(submission)
        take_out()
    village.disk = None
    async with village.open() as station:
        await station.intake.submit(submission)  # the clerk saw no answer, and hands in again
        second = await given(station, submission.application)
        (third,) = await use_up(village, station, 1)
        assert second is not None
        assert [Number.read(n).serial for n in (first, second, third)] == [1, 2, 3]
        assert await sums(station) == [(3, 0, 37)]
        await village.exchange(station)
        assert village.county.open(village.envelope_of(submission.application)).number == second


async def test_what_a_power_cut_took_of_the_database_is_used_all_the_same(
    village: Village,
) -> None:
    """The journal is synced, the database's own commit is not."""
    async with village.open() as station:
        await send(village, station, block(1, 40))
        await use_up(village, station, 1)
        await station.database.tidy()
        kept = {
            path: path.read_bytes()
            for path in village.data.iterdir()
            if path.name.startswith("station.db")
        }
        lost = await use_up(village, station, 3)
    for path, content in kept.items():
        path.write_bytes(content)
    async with village.open() as station:
        (number,) = await use_up(village, station, 1)
        assert Number.read(number).serial == 5
        assert await sums(station) == [(5, 0, 35)]
        shown = {one["number"] for one in (await status_of(station))["applications"]}
        assert {*lost, number} < shown


async def test_a_ticket_in_the_journal_uses_no_number_of_cases(village: Village) -> None:
    async with village.open() as station:
        own = [await village.submit(station) for _ in range(2)]
        await send(village, station, block(1, 40), block(1, 40, kind=NumberKind.TICKET))
        await station.database.tidy()
        kept = {
            path: path.read_bytes()
            for path in village.data.iterdir()
            if path.name.startswith("station.db")
        }
        for one in own:
            await ticket(station, one)
    for path, content in kept.items():
        path.write_bytes(content)
    async with village.open() as station:
        assert await sums(station) == [(0, 0, 40), (2, 0, 38)]
        answer = await ticket(station, own[0])
        assert Number.read(answer.number).serial == 1  # the one that it has
        assert await sums(station) == [(0, 0, 40), (2, 0, 38)]


async def test_a_block_that_comes_after_the_database_was_lost_begins_behind_the_journal(
    village: Village,
) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 40))
        await use_up(village, station, 3)
    for name in ("station.db", "station.db-wal", "station.db-shm"):
        (village.data / name).unlink(missing_ok=True)
    async with village.open() as station:
        assert await sums(station) == []
        await station.database.write(lambda tx: numbers.receive(tx, block(1, 40), 0))
        (number,) = await use_up(village, station, 1)
        assert Number.read(number).serial == 4


async def test_a_salvaged_database_uses_no_number_of_before(village: Village) -> None:
    async with village.open() as station:
        await send(village, station, block(1, 40))
        await use_up(village, station, 3)
        await station.database.tidy()
    without_an_index(village.data / "station.db")
    done = await recover_station(village.data, randomness=village.randomness)
    assert done.kept_at is not None
    async with village.open() as station:
        assert await sums(station) == [(3, 37, 0)]
        assert await use_up(village, station, 1) == [""]
        (block_shown,) = (await NumberOperations(station.numbers).status(CLERK, Nothing())).blocks
        assert [run.reason for run in block_shown.voids] == [numbers.SET_BACK]
