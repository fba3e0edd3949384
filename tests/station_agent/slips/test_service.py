"""A slip is the station's word, true by the roster; each copy that is printed is written down."""

import pytest

from protocol.codec import pack, unpack
from protocol.envelope.keys import Signed
from protocol.errors import ApplicationUnknownError
from protocol.errors.slips import SlipCopyError, SlipForgedError, SlipNoneError
from protocol.ids import ApplicationId
from protocol.trust.typed_rows import read_rows, typed_rows
from runtime.node.slips import VerifySlip
from station_agent.app import Station
from station_agent.clerks.calls import AddClerk, Proof
from station_agent.clerks.unlocking import Opened
from station_agent.slips.calls import ShowSlip, SlipText
from station_agent.store import applications
from station_agent.store.desk import clerks
from station_agent.store.desk.clerks import Purpose
from tests.builders.clerk import CLERK
from tests.station_agent.village import Village

FANG, WORD = "韦小芳", "山歌好比春江水啊"


async def shown(station: Station, application: str) -> SlipText:
    return await station.serving().slips.show(CLERK, ShowSlip(application=application))


async def opened_by(station: Station, name: str) -> Opened:
    await station.clerks.add(CLERK, AddClerk(name=name, password=WORD))
    return await station.unlocking.unlock(Proof(clerk=name, password=WORD))


async def test_what_it_says_is_what_was_sealed_and_it_is_true(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        slip = await shown(station, application)
        said = await station.serving().verifier.verify(CLERK, VerifySlip(text=slip.scanned))
    assert said.envelope == village.envelope_of(application).id.hex()
    assert (said.application, said.item, said.number) == (application, "pension", "")
    assert (said.station, said.division) == (station.identity.node, station.identity.code)
    assert (said.name, said.lost) == ("station", False)
    assert said.at_ms == slip.at_ms == village.clock.now_ms()


async def test_it_is_the_same_after_a_restart_and_when_it_has_left(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        before = await shown(station, application)
        await village.exchange(station)
    village.clock.jump_wall(ms=86_400_000)
    async with village.open() as station:
        assert await shown(station, application) == before


async def test_what_was_altered_is_forged(village: Village) -> None:
    async with village.open() as station:
        first = await shown(station, await village.submit(station))
        second = await shown(station, await village.submit(station))
        said = await station.serving().verifier.verify(CLERK, VerifySlip(text=second.scanned))
        assert said.application == second.application
        mixed = _with_signature_of(first, second)
        with pytest.raises(SlipForgedError) as caught:
            await station.serving().verifier.verify(CLERK, VerifySlip(text=mixed))
    assert caught.value.detail == station.identity.node


def _with_signature_of(first: SlipText, second: SlipText) -> str:
    body = unpack(read_rows(first.scanned), Signed).body
    signature = unpack(read_rows(second.scanned), Signed).signature
    return "".join(typed_rows(pack(Signed(body=body, signature=signature))))


async def test_copies_are_numbered_and_written_down_with_the_clerk(village: Village) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        other = await village.submit(station)
        opened = await opened_by(station, FANG)
        assert await station.serving().slips.begin_copy(opened, application) == 1
        await station.serving().slips.note_outcome(application, 1, came_out=False)
        village.clock.jump_wall(ms=1000)
        assert await station.serving().slips.begin_copy(opened, application) == 2
        assert await station.serving().slips.begin_copy(opened, other) == 1
        copies = (await shown(station, application)).copies
        _, second = await station.serving().slips.copy(application, 2)
        noted = await station.database.read(clerks.openings)
    assert [(one.copy, one.clerk, one.came_out) for one in copies] == [
        (1, FANG, False),
        (2, FANG, None),
    ]
    assert copies[1].at_ms - copies[0].at_ms == 1000
    assert second == copies[1]
    assert [(one.purpose, one.application) for one in noted if one.purpose is Purpose.SLIP] == [
        (Purpose.SLIP, application),
        (Purpose.SLIP, application),
        (Purpose.SLIP, other),
    ]


async def test_the_applicant_is_masked(village: Village) -> None:
    async with village.open() as station:
        application = await station.intake.submit(village.submission("黄秀英"))
        nobody = await station.intake.submit(village.submission(""))
        opened = await opened_by(station, FANG)
        assert await station.serving().slips.masked_applicant(opened, application) == "**英"
        assert await station.serving().slips.masked_applicant(opened, nobody) == ""


async def test_a_copy_that_nobody_printed_and_an_application_that_nobody_has(
    village: Village,
) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        with pytest.raises(SlipCopyError):
            await station.serving().slips.copy(application, 1)
        with pytest.raises(SlipCopyError):
            await station.serving().slips.note_outcome(application, 1, came_out=True)
        with pytest.raises(ApplicationUnknownError):
            await shown(station, "0" * 32)


async def test_what_another_pc_sealed_has_no_slip(village: Village) -> None:
    async with village.open() as station:
        foreign = ApplicationId("f" * 32)
        await station.database.write(
            lambda tx: applications.add(tx, [(foreign, "", None, None, None)], 1)
        )
        with pytest.raises(SlipNoneError):
            await shown(station, foreign)
