"""The power goes, or the disk is full, before each step of a submit: all or nothing, always."""

from pathlib import Path

import pytest

from protocol.errors import DiskFullError
from tests.builders.power import PowerCut
from tests.station_agent.power import Fuse, FusedDisk, fit_fuse
from tests.station_agent.village import Village

# every step of a submit with one file, in its order
STEPS = [
    "SELECT application FROM applications",
    "SELECT version, entry",
    "sync blobs",
    "move blobs",
    "sync folder blobs",
    "BEGIN",
    "INSERT INTO outbox",
    "INSERT INTO blobs",
    "INSERT INTO applications",
    "append journal",
    "half an append",
    "sync journal",
    "sync folder journal",
    "INSERT INTO incarnations",
    "COMMIT",
]
WRITING = [step for step in STEPS if not step.startswith(("SELECT", "BEGIN", "half"))]


def _fused(village: Village) -> Fuse:
    fuse = Fuse()
    village.disk = FusedDisk(village.data, fuse)
    return fuse


async def test_the_steps_are_all_that_there_are(village: Village) -> None:
    fuse = _fused(village)
    async with village.open() as station:
        take_out = fit_fuse(station, fuse)
        fuse.passed.clear()
        await village.submit(station, ("photo", village.file(1000)))
        take_out()
    unnamed = [step for step in fuse.passed if not step.startswith((*STEPS, "PRAGMA", "SELECT"))]
    missing = [step for step in STEPS if not any(name.startswith(step) for name in fuse.passed)]
    assert (unnamed, missing) == ([], [])


@pytest.mark.parametrize("earlier", [0, 1], ids=["first", "second"])
@pytest.mark.parametrize("step", STEPS)
async def test_power_cut_while_submitting(village: Village, step: str, earlier: int) -> None:
    fuse = _fused(village)
    submission = village.submission(files=[("photo", village.file(1000))])
    async with village.open() as station:
        for _ in range(earlier):  # then the journal and its folder are there already
            await village.submit(station)
        fit_fuse(station, fuse)
        fuse.blows_at = "COMMIT" if earlier and step == "sync folder journal" else step
        with pytest.raises(PowerCut):
            await station.intake.submit(submission)
    village.disk = None  # the PC boots again

    async with village.open() as station:
        await station.housekeeping.hourly()
        saved = (await station.status.status(None))["counts"]["saved"]
        assert saved in (earlier, earlier + 1)
        assert len(_blob_files(village)) == saved - earlier
        await station.intake.submit(submission)  # the clerk tries again
        await village.exchange(station)
        counts = (await station.status.status(None))["counts"]
    assert counts["at_hub"] == earlier + 1
    assert len(village.parent.envelopes) == earlier + 1
    assert len(village.parent.whole()) == 1


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
        assert (await station.status.status(None))["counts"]["saved"] == 1
        assert _blob_files(village) == []
        await station.intake.submit(submission)  # after the disk was cleaned
    async with village.open() as station:
        await village.exchange(station)
        assert (await station.status.status(None))["counts"]["at_hub"] == 2
    assert len(village.parent.envelopes) == 2


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
        assert (await station.status.status(None))["counts"]["saved"] == 3
        await village.exchange(station)
        assert (await station.status.status(None))["counts"]["at_hub"] == 4
    assert village.parent.repeats == 0
    assert len(village.parent.envelopes) == 4


def _blob_files(village: Village) -> list[Path]:
    return [path for path in (village.data / "blobs").glob("*/*") if path.is_file()]


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
        assert (await station.status.status(None))["counts"]["saved"] == 200
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
        saved = (await station.status.status(None))["counts"]["saved"]
        assert saved >= 70
        assert await station.intake.submit_all(stack) == [None] * 150  # handed in again
        assert (await station.status.status(None))["counts"]["saved"] == 150
