"""The disk is full before each step of a submit: nothing is stored, and later everything is.

Power cuts: tests/faults.
"""

from pathlib import Path

import pytest

from protocol.errors import DiskFullError
from tests.builders.clerk import status_of
from tests.builders.disks.power import PowerCut
from tests.station_agent.power import Fuse, FusedDisk, fit_fuse
from tests.station_agent.village import Village

# every writing step of a submit with one file, in its order
WRITING = [
    "sync blobs",
    "move blobs",
    "sync folder blobs",
    "INSERT INTO outbox",
    "INSERT INTO blobs",
    "INSERT INTO applications",
    "append journal",
    "sync journal",
    "sync folder journal",
    "INSERT INTO incarnations",
    "COMMIT",
]


def _fused(village: Village) -> Fuse:
    fuse = Fuse()
    village.disk = FusedDisk(village.data, fuse)
    return fuse


@pytest.mark.parametrize("step", WRITING)
async def test_a_full_disk_while_submitting(village: Village, step: str) -> None:
    fuse = _fused(village)
    fuse.failure = DiskFullError("no room")
    submission = village.submission(files=[("photo", village.file(1000))])
    async with village.open() as station:
        await village.submit(station)
        take_out = fit_fuse(station, fuse)
        fuse.blows_at = "COMMIT" if step == "sync folder journal" else step
        with pytest.raises(DiskFullError):
            await station.intake.submit(submission)
        take_out()
        assert (await status_of(station))["counts"]["saved"] == 1
        assert _blob_files(village) == []
        await station.intake.submit(submission)  # after the disk was cleaned
    async with village.open() as station:
        await village.exchange(station)
        assert (await status_of(station))["counts"]["at_hub"] == 2
    assert len(village.parent.envelopes) == 2
    # nobody knows how far a commit got that failed: its numbers are not used for anything else
    starts = {envelope.incarnation for envelope in village.parent.envelopes.values()}
    assert len(starts) == (1 if "blobs" in step and "INSERT" not in step else 2)


async def test_a_commit_that_the_power_cut_took_comes_back_from_the_journal(
    village: Village,
) -> None:
    """The database's own sync is left to the journal: lose its tail as a power cut would."""
    async with village.open() as station:
        await village.submit(station, ("photo", village.file(1000)))
        await village.exchange(station)
        await station.database.tidy()
        files = ("station.db", "station.db-wal")
        kept = {
            name: (village.data / name).read_bytes()
            for name in files
            if (village.data / name).exists()
        }
        for _ in range(3):
            await village.submit(station, ("photo", village.file(1000)))
        await village.exchange(station)  # they even reached the parent
    for name, content in kept.items():
        (village.data / name).write_bytes(content)
    async with village.open() as station:
        assert (await status_of(station))["counts"]["saved"] == 3
        await village.exchange(station)
        assert (await status_of(station))["counts"]["at_hub"] == 4
    assert village.parent.repeats == 0
    assert len(village.parent.envelopes) == 4


def _blob_files(village: Village) -> list[Path]:
    return [path for path in (village.data / "blobs").glob("*/*/*") if path.is_file()]


async def test_a_stack_needs_few_syncs_and_each_application_stands_behind_one(
    village: Village,
) -> None:
    fuse = _fused(village)
    async with village.open() as station:
        take_out = fit_fuse(station, fuse)
        fuse.passed.clear()
        errors = await station.intake.submit_all([village.submission() for _ in range(200)])
        take_out()
        assert errors == [None] * 200
        assert (await status_of(station))["counts"]["saved"] == 200
    steps = [step for step in fuse.passed if step in ("append journal", "sync journal", "COMMIT")]
    assert steps == ["append journal", "sync journal", "COMMIT"] * (len(steps) // 3)
    assert len(steps) // 3 <= 5


async def test_power_cut_in_the_middle_of_a_stack_loses_none_that_was_answered(
    village: Village,
) -> None:
    fuse = _fused(village)
    stack = [village.submission() for _ in range(150)]
    async with village.open() as station:
        assert await station.intake.submit_all(stack[:70]) == [None] * 70
        fit_fuse(station, fuse)
        fuse.blows_at = "COMMIT"
        with pytest.raises(PowerCut):
            await station.intake.submit_all(stack)
    village.disk = None  # the PC boots again

    async with village.open() as station:
        saved = (await status_of(station))["counts"]["saved"]
        assert saved >= 70
        assert await station.intake.submit_all(stack) == [None] * 150  # handed in again
        assert (await status_of(station))["counts"]["saved"] == 150
