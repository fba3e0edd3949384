"""Taking in an application: what is refused, and what stands on disk afterwards."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from protocol.envelope.blob import open_chunks
from protocol.envelope.envelope import Lane
from protocol.envelope.suites import SuiteNumber
from protocol.errors import (
    AttachmentTooLargeError,
    CatalogueMissingError,
    DiskFullError,
    FileUnreadableError,
    FormInvalidError,
    ItemUnknownError,
    MaterialMissingError,
    MaterialUnknownError,
    YizhanError,
)
from protocol.ids import ApplicationId
from protocol.limits import MAX_FILES
from protocol.trust.edition import Kind
from protocol.trust.rules import Rules
from runtime.disk.space import DiskSpace
from station_agent.app import Station
from station_agent.intake.calls import Submission
from station_agent.status.terminal import show_status
from station_agent.store.disk import Disk
from tests.builders.clerk import ask_status, status_of
from tests.builders.clock import START_MS
from tests.station_agent.village import Village


async def _refused(station: Station, submission: Submission, error: type[YizhanError]) -> None:
    with pytest.raises(error):
        await station.intake.submit(submission)
    assert (await status_of(station))["applications"] == []


def _stored_files(village: Village) -> list[Path]:
    return [path for path in (village.data / "blobs").glob("*/*/*") if path.is_file()]


async def test_what_was_submitted_is_what_the_county_opens(village: Village) -> None:
    photo = village.file(150_000)
    async with village.open() as station:
        application = await village.submit(station, ("photo", photo))
        await village.exchange(station)
    envelope = village.envelope_of(application)
    opened = village.county.open(envelope)
    (attached,) = opened.attachments
    assert (opened.item, opened.release, opened.form) == ("pension", 1, '{"name":"某人"}')
    assert (attached.material, attached.size) == ("photo", 150_000)
    assert attached.sha256 == hashlib.sha256(photo.read_bytes()).digest()
    blob = bytes(village.parent.blobs[attached.blob])
    assert b"".join(open_chunks(attached.key, [blob])) == photo.read_bytes()
    assert [(blob, size) for blob, size in envelope.blobs] == [
        (attached.blob, len(village.parent.blobs[attached.blob]))
    ]


async def test_the_header_tells_nothing_but_the_way(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
    header = village.envelope_of(application).header
    assert header.lane == Lane.APPLICATIONS
    assert header.suite == SuiteNumber.XWING
    assert header.seq == 1
    assert header.pred is None
    assert header.created == (START_MS, START_MS)  # the parent told its time with the catalogue


async def test_the_thin_suite_is_a_setting(village: Village) -> None:
    (village.data / "station.toml").write_text("suite = 2\n")
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
    assert village.envelope_of(application).header.suite == SuiteNumber.X25519


async def test_a_suite_that_is_not_allowed_is_used_no_more_and_the_clerk_is_told(
    village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    (village.data / "station.toml").write_text("suite = 2\n")
    async with village.open() as station:
        before = await village.submit(station)
        ruled = village.county.make_roster(2, rules=Rules(suites=(1,)))
        village.parent.publish(village.county.news(Kind.ROSTER, ruled))
        await village.exchange(station)
        after = await village.submit(station)
        await village.exchange(station)
        status = await ask_status(station)
    suites = [village.envelope_of(one).header.suite for one in (before, after)]
    assert suites == [SuiteNumber.X25519, SuiteNumber.XWING]
    assert (status.suite.set, status.suite.used) == (2, 1)
    show_status(status)
    assert "本站现用 1（X-Wing 混合）" in capsys.readouterr().out


async def test_numbers_go_on_and_each_start_names_the_one_before(village: Village) -> None:
    applications = []
    for _ in range(2):  # two evenings with the PC switched off between
        async with village.open() as station:
            applications += [await village.submit(station) for _ in range(2)]
            await village.exchange(station)
    headers = [village.envelope_of(application).header for application in applications]
    assert [header.seq for header in headers] == [1, 2, 1, 2]
    assert headers[0].incarnation == headers[1].incarnation != headers[2].incarnation
    assert headers[2].pred == (headers[0].incarnation, 2)
    assert headers[3].pred is None


async def test_a_start_without_work_opens_no_incarnation(village: Village) -> None:
    async with village.open() as station:
        first = await village.submit(station)
    async with village.open():
        pass
    async with village.open() as station:
        second = await village.submit(station)
        await village.exchange(station)
    pred = village.envelope_of(second).header.pred
    assert pred == (village.envelope_of(first).header.incarnation, 1)


async def test_the_same_id_again_is_answered_with_the_first(village: Village) -> None:
    first, again = (village.submission(application="ab" * 16) for _ in range(2))
    async with village.open() as station:
        assert await station.intake.submit(first) == await station.intake.submit(again)
        await village.exchange(station)
    assert len(village.parent.envelopes) == 1


async def test_the_same_id_twice_at_the_same_moment_is_one_application(village: Village) -> None:
    photo = village.file(1000)
    twice = [village.submission(application="ab" * 16, files=[("photo", photo)]) for _ in range(2)]
    async with village.open() as station:
        await asyncio.gather(*(station.intake.submit(submission) for submission in twice))
        await village.exchange(station)
    assert len(village.parent.envelopes) == 1
    assert len(_stored_files(village)) == 1


async def test_many_at_once_are_all_taken_in(village: Village) -> None:
    async with village.open() as station:
        done = await asyncio.gather(*(village.submit(station) for _ in range(150)))
        await village.exchange(station)
    arrived = {
        village.county.open(envelope).application.hex(): envelope.header.seq
        for envelope in village.parent.envelopes.values()
    }
    assert arrived.keys() == set(done)
    assert sorted(arrived.values()) == list(range(1, 151))


async def test_a_caller_that_goes_away_loses_nothing(village: Village) -> None:
    async with village.open() as station:
        asked = asyncio.create_task(village.submit(station, ("photo", village.file(300_000))))
        await asyncio.sleep(0)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
    async with village.open() as station:  # closing waited for it
        assert (await status_of(station))["counts"]["saved"] == 1


@pytest.mark.parametrize("item", ["nothing", "@about", ""])
async def test_an_unknown_item_is_refused(village: Village, item: str) -> None:
    async with village.open() as station:
        await _refused(station, village.submission(item=item), ItemUnknownError)


async def test_nothing_can_be_taken_in_without_a_catalogue(village: Village) -> None:
    async with village.open(catalogue=False) as station:
        await _refused(station, village.submission(), CatalogueMissingError)


@pytest.mark.parametrize("form", ["", "[]", "{}", '{"name": 1}', '{"name":"a","name":"b"}'])
async def test_a_wrong_form_is_refused(village: Village, form: str) -> None:
    submission = Submission(application=ApplicationId("ab" * 16), item="pension", form=form)
    async with village.open() as station:
        await _refused(station, submission, FormInvalidError)


async def test_a_material_may_be_named_in_chinese(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("照片", village.file(10)))
        await village.exchange(station)
    (attached,) = village.county.open(village.envelope_of(application)).attachments
    assert attached.material == "photo"


async def test_wrong_attachments_are_refused_and_leave_no_file(village: Village) -> None:
    good = ("letter", village.file(100_000))
    wrong: list[tuple[str, list[tuple[str, Path]], type[YizhanError]]] = [
        ("pension", [("passport", good[1])], MaterialUnknownError),
        ("pension", [("photo", village.file(400_001))], AttachmentTooLargeError),
        ("pension", [good, ("photo", village.data / "missing")], FileUnreadableError),
        ("pension", [good, ("photo", village.data)], FileUnreadableError),
        ("pension", [good, ("photo", Path("/dev/zero"))], FileUnreadableError),
        ("pension", [good] * (MAX_FILES + 1), AttachmentTooLargeError),
        ("permit", [], MaterialMissingError),
    ]
    async with village.open() as station:
        for item, files, error in wrong:
            await _refused(station, village.submission(item=item, files=files), error)
    assert _stored_files(village) == []


async def test_all_files_together_have_a_limit(village: Village) -> None:
    big = village.file(18 * 2**20)
    async with village.open() as station:
        submission = village.submission(files=[("letter", big)] * 3)
        await _refused(station, submission, AttachmentTooLargeError)


async def test_a_long_file_name_is_cut_and_keeps_its_ending(village: Village) -> None:
    path = village.data.parent / ("很长的名字" * 16 + "\\" + ".jpg")
    path.write_bytes(b"x")
    long = village.data.parent / ("x" * 150 + ".jpeg")
    long.write_bytes(b"x")
    async with village.open() as station:
        application = await village.submit(station, ("photo", path), ("photo", long))
        await village.exchange(station)
    first, second = village.county.open(village.envelope_of(application)).attachments
    assert first.name == ("很长的名字" * 16)[:78] + ".jpg"  # 238 bytes
    assert len(second.name) == 100
    assert second.name.endswith("x.jpeg")


class _SmallDisk(Disk):
    """A disk of 1 GiB: reserves are 51 MiB for applications and 102 MiB for attachments."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.free = 90 * 2**20

    def room(self) -> DiskSpace:
        return DiskSpace(self.free, 2**30)


async def test_below_the_reserve_only_applications_without_files_are_taken(
    village: Village,
) -> None:
    village.disk = disk = _SmallDisk(village.data)
    async with village.open() as station:
        with pytest.raises(DiskFullError):
            await village.submit(station, ("photo", village.file(1000)))
        await village.submit(station)
        disk.free = 40 * 2**20
        with pytest.raises(DiskFullError):
            await village.submit(station)
        assert (await status_of(station))["counts"]["saved"] == 1
        assert not isinstance(await village.exchange(station), Exception)  # receipts still fit


async def test_progress_is_told_in_bytes(village: Village) -> None:
    told: list[tuple[int, int]] = []
    async with village.open() as station:
        submission = village.submission(files=[("letter", village.file(1_000_000))])
        await station.intake.submit(submission, lambda done, total: told.append((done, total)))
        await asyncio.sleep(0)
    assert told[-1] == (1_000_000, 1_000_000)
    assert told == sorted(told)
    assert len(told) > 2
