"""A station's sticks: packed, taken in, together with a line, repeated and late."""

from pathlib import Path

from protocol.envelope.payloads import ReceiptState
from protocol.trust.edition import Kind
from runtime.sticks.folder import survey
from tests.builders.clerk import status_of
from tests.builders.lines.links import Line
from tests.station_agent.carrying import at_the_office, export, pack, result_files, stick, take_in
from tests.station_agent.county import CATALOGUE, STATION
from tests.station_agent.parent import Parent
from tests.station_agent.village import Village

__all__ = ["stick"]


async def test_everything_by_stick_and_never_a_line(
    village: Village, stick: Path, tmp_path: Path
) -> None:
    paper = b"%PDF" * 60_000
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(200_000)))
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs, packed.refused) == (1, 1, {})
        assert await village.state(station, application) == "saved", "a stick confirms nothing"
        taken = await at_the_office(village, stick)
        assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})
        envelope = village.envelope_of(application)
        receipts = [
            village.county.receipt(envelope.id, state)
            for state in (ReceiptState.RECEIVED, ReceiptState.COMPLETE)
        ]
        decision, blobs = village.county.decision(bytes.fromhex(application), file=paper)
        pack(village, stick, *receipts, decision, blobs=blobs)
        taken = await take_in(station, stick)
        assert (taken.envelopes, taken.blobs, taken.refused) == (3, 1, {})
        shown = await village.shown(station, application)
        assert shown["state"] == "decided"
        assert shown["receipt"]["case"] == ""
        assert await result_files(station, application, tmp_path) == [paper]


async def test_what_the_county_settled_is_not_packed_again(village: Village, stick: Path) -> None:
    async with village.open() as station:
        first = await village.submit(station, ("photo", village.file(50_000)))
        await village.submit(station)
        await export(station, stick)
        await at_the_office(village, stick)
        receipt = village.county.receipt(village.envelope_of(first).id, ReceiptState.COMPLETE)
        pack(village, stick, receipt)
        await take_in(station, stick)
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs, packed.skipped) == (0, 0, 1)
        mine = [bag for bag in survey(stick).bags if bag.name.origin == STATION]
        assert [bag.files for bag in mine] == [1]


async def test_without_its_blobs_an_application_is_packed_whole_once_more(
    village: Village, stick: Path
) -> None:
    """RECEIVED tells nothing of the photograph, and a blob needs its envelope."""
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station, Line(cut_up=30_000))
        receipt = village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        pack(village, stick, receipt)
        await take_in(station, stick)
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs) == (1, 1)


async def test_custody_of_the_parent_is_no_reason_to_leave_it_out(
    village: Village, stick: Path
) -> None:
    """The hub has it and can't pass it on; the stick goes past the hub."""
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(50_000)))
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs) == (1, 1)
        village.parent = Parent(village.county)  # the county, which has heard nothing
        taken = await at_the_office(village, stick)
        assert (taken.envelopes, taken.blobs, taken.refused) == (1, 1, {})


async def test_nothing_to_carry_makes_an_empty_stick(village: Village, stick: Path) -> None:
    async with village.open() as station:
        packed = await export(station, stick)
        assert packed.size == 0
        assert survey(stick).bags == ()
        assert (await take_in(station, stick)).refused == {}


async def test_a_damaged_blob_is_told_and_the_rest_is_packed(village: Village, stick: Path) -> None:
    async with village.open() as station:
        await village.submit(station, ("photo", village.file(50_000)))
        (path,) = (village.data / "blobs").glob("*/??/*")
        path.unlink()
        await village.submit(station, ("photo", village.file(50_000)))
        packed = await export(station, stick)
        assert (packed.envelopes, packed.blobs) == (2, 1)
        assert list(packed.refused.values()) == ["store.damaged"]


async def test_the_next_exchange_asks_and_sends_nothing_twice(
    village: Village, stick: Path
) -> None:
    async with village.open() as station:
        for _ in range(5):
            await village.submit(station, ("photo", village.file(40_000)))
        await export(station, stick)
        await at_the_office(village, stick)
        before = village.parent.part_bytes
        await village.exchange(station)
        counts = (await status_of(station))["counts"]
    assert counts["at_hub"] == 5
    assert village.parent.repeats == 0
    assert village.parent.part_bytes == before


async def test_half_by_line_and_half_by_stick(village: Village, stick: Path) -> None:
    async with village.open() as station:
        application = await village.submit(station, ("photo", village.file(300_000)))
        await village.exchange(station, Line(cut_up=120_000))
        by_line = village.parent.part_bytes
        assert 0 < by_line < 300_000
        await export(station, stick)
        await at_the_office(village, stick)
        (blob,) = village.parent.whole()
        size = village.envelope_of(application).blobs[0][1]
        assert village.parent.part_bytes == size, "no byte of it came twice"
        assert village.parent.repeats == 0
        await village.exchange(station)
        assert await village.state(station, application) == "at_hub"
        assert village.parent.part_bytes == size
    assert len(village.parent.blobs[blob]) == size


async def test_a_result_begun_by_line_is_completed_by_stick(
    village: Village, stick: Path, tmp_path: Path
) -> None:
    paper = bytes(range(256)) * 1000
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        decision, blobs = village.county.decision(bytes.fromhex(application), file=paper)
        village.parent.send(decision)
        await village.exchange(station)
        village.parent.down_blobs.update({bytes(blob): data for blob, data in blobs.items()})
        await village.exchange(station, Line(cut_down=100_000))
        pack(village, stick, decision, blobs=blobs)
        taken = await take_in(station, stick)
        assert (taken.blobs, taken.skipped, taken.refused) == (1, 1, {})
        assert await result_files(station, application, tmp_path) == [paper]


async def test_an_import_says_nothing_to_the_parent_of_what_it_took(
    village: Village, stick: Path
) -> None:
    """The count of items belongs to exchanges."""
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        before = (await station.exchanges.stores().greeting()).seen
        pack(
            village,
            stick,
            village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED),
        )
        await take_in(station, stick)
        assert (await station.exchanges.stores().greeting()).seen == before


async def test_repeated_and_late_imports_change_nothing(village: Village, stick: Path) -> None:
    async with village.open() as station:
        application = await village.submit(station)
        await village.exchange(station)
        receipt = village.county.receipt(village.envelope_of(application).id, ReceiptState.RECEIVED)
        decision, _ = village.county.decision(bytes.fromhex(application), note="yes")
        pack(village, stick, receipt, decision)
        await take_in(station, stick)
        shown = await village.shown(station, application)
        village.clock.jump_wall(ms=400 * 24 * 3600 * 1000)
        for _ in range(2):
            taken = await take_in(station, stick)
            assert (taken.envelopes, taken.skipped, taken.refused) == (0, 2, {})
        assert await village.shown(station, application) == shown


async def test_a_new_station_gets_its_first_catalogue_by_stick(
    village: Village, stick: Path
) -> None:
    roster = village.county.make_roster(2, hub="https://127.0.0.1:1")
    pack(
        village,
        stick,
        editions=[
            village.county.news(Kind.RELEASE, village.county.release),
            village.county.news(Kind.ROSTER, roster),
        ],
    )
    async with village.open(catalogue=False) as station:
        taken = await take_in(station, stick)
        assert (taken.editions, taken.refused) == (2, {})
        assert (await status_of(station))["release"] == 1
        await village.submit(station)
        assert (await take_in(station, stick)).skipped == 2
    async with village.open(catalogue=False) as station:
        assert (await station.exchanges.stores().greeting()).roster == 2


async def test_an_old_stick_brings_no_old_catalogue(village: Village, stick: Path) -> None:
    pack(village, stick, editions=[village.county.news(Kind.RELEASE, village.county.release)])
    newer = village.county.make_release(2, {**CATALOGUE, "title": "new"})
    async with village.open() as station:
        village.parent.publish(village.county.news(Kind.RELEASE, newer))
        await village.exchange(station)
        taken = await take_in(station, stick)
        assert (taken.editions, taken.skipped, taken.refused) == (0, 1, {})
        assert (await status_of(station))["release"] == 2
