"""What one node packs, another takes in: each thing once."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from protocol.exchange.messages import EnvelopeItem, Part
from protocol.limits import PART_BYTES
from protocol.stick.names import (
    FileKind,
)
from protocol.trust.edition import Kind
from runtime.control.done import Done
from runtime.sticks.receiver import take_stick
from tests.builders.envelopes import COUNTY, HUB, OTHER_STATION, STATION
from tests.builders.lines.sticks import (
    MemorySink,
    Queue,
    bring,
    export,
    files_on,
)
from tests.runtime.sticks.carrying import PHOTO, SCAN, LargeEdition, letters, queue, with_files


async def test_what_one_node_packs_another_takes_in(tmp_path: Path) -> None:
    envelopes = [*letters(3), with_files(PHOTO, SCAN, seq=9)]
    packed = await export(tmp_path, queue(*envelopes, blobs=[PHOTO, SCAN]))
    assert (packed.envelopes, packed.blobs, packed.skipped) == (4, 2, 0)
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert (taken.envelopes, taken.blobs, taken.skipped, taken.refused) == (4, 2, 0, {})
    assert taken.size == packed.size
    assert set(sink.envelopes) == {envelope.id for envelope in envelopes}
    assert sink.whole() == {hashlib.sha256(data).digest() for data in (PHOTO, SCAN)}


async def test_nothing_is_confirmed_by_an_export(tmp_path: Path) -> None:
    waiting = queue(*letters(3))
    await export(tmp_path, waiting)
    assert len(waiting.waits) == 3
    assert waiting.partings == []
    assert waiting.meetings == []


async def test_a_second_export_and_a_second_import_do_nothing(tmp_path: Path) -> None:
    waiting = queue(*letters(2), with_files(PHOTO, seq=9), blobs=[PHOTO])
    sink = MemorySink()
    await export(tmp_path, waiting)
    await bring(tmp_path, sink)
    again = await export(tmp_path, waiting)
    assert (again.envelopes, again.blobs, again.size, again.skipped) == (0, 0, 0, 4)
    taken = await bring(tmp_path, sink)
    assert (taken.envelopes, taken.blobs, taken.size, taken.skipped) == (0, 0, 0, 4)
    assert sink.repeats == 0
    assert sink.stored_bytes == len(PHOTO)


async def test_one_stick_serves_several_nodes(tmp_path: Path) -> None:
    first, second = letters(2), letters(3, origin=OTHER_STATION)
    down = letters(1, origin=COUNTY, to=STATION)
    await export(tmp_path, queue(*first))
    await export(tmp_path, queue(*second), node=OTHER_STATION)
    await export(tmp_path, queue(*down), node=COUNTY, to=STATION)
    county, station = MemorySink(), MemorySink(node=STATION)
    taken = await bring(tmp_path, county)
    assert set(county.envelopes) == {envelope.id for envelope in first + second}
    assert taken.skipped == 1  # for somebody else
    await bring(tmp_path, station)
    assert set(station.envelopes) == {envelope.id for envelope in down}


async def test_what_two_bags_hold_alike_comes_once(tmp_path: Path) -> None:
    """A hub passes on what a station put on the same stick."""
    envelope = with_files(PHOTO)
    for node in (STATION, HUB):
        await export(tmp_path, queue(envelope, blobs=[PHOTO]), node=node)
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert (taken.envelopes, taken.blobs, taken.skipped) == (1, 1, 2)
    assert sink.repeats == 0


async def test_an_export_for_one_recipient_packs_nothing_else(tmp_path: Path) -> None:
    mine, other = letters(1, origin=COUNTY, to=STATION), letters(2, origin=COUNTY, to=HUB)
    waiting = Queue(name="county")
    waiting.add(*mine, *other)
    for envelope in (*mine, *other):
        waiting.waits[envelope.id] = replace(waiting.waits[envelope.id], to=envelope.to)
    await export(tmp_path, waiting, node=COUNTY, only=STATION)
    assert [path.stem for path in files_on(tmp_path)] == [envelope.id.hex() for envelope in mine]


async def test_editions_are_packed_once_and_taken_if_they_are_news(tmp_path: Path) -> None:
    children = [Queue(name="county") for _ in range(2)]
    for child in children:
        child.queue_edition(4, b"body of four")
    packed = await export(tmp_path, *children, node=COUNTY, to=HUB)
    assert packed.editions == 1
    newer, older = MemorySink(node=HUB), MemorySink(node=HUB)
    older.held[Kind.RELEASE] = 4
    assert (await bring(tmp_path, newer)).editions == 1
    assert newer.editions == [(Kind.RELEASE, 4)]
    taken = await bring(tmp_path, older)
    assert (taken.editions, taken.skipped) == (0, 1)


async def test_a_large_edition_travels_in_one_file(tmp_path: Path) -> None:
    body = os.urandom(3 * PART_BYTES)
    sink = MemorySink(node=HUB)
    packed = await export(tmp_path, LargeEdition(body=body), node=COUNTY, to=HUB)
    assert packed.editions == 1
    await bring(tmp_path, sink)
    assert sink.editions == [(Kind.ROSTER, 7)]


async def test_an_edition_that_is_replaced_while_it_is_read_is_left_out(tmp_path: Path) -> None:
    gone = LargeEdition(body=bytes(3 * PART_BYTES), parts=2)
    assert (await export(tmp_path, gone, node=COUNTY, to=HUB)).editions == 0
    assert files_on(tmp_path) == []


async def test_the_roster_comes_before_the_release(tmp_path: Path) -> None:
    """The newer roster may hold the keys that the release is signed with."""
    for number, kind in enumerate((Kind.RELEASE, Kind.ROSTER), start=1):
        node = (STATION, OTHER_STATION)[number - 1]
        source = LargeEdition(body=b"x" * number, kind=kind)
        await export(tmp_path, source, node=node, to=HUB)
    sink = MemorySink(node=HUB)
    await bring(tmp_path, sink)
    assert [kind for kind, _ in sink.editions] == [Kind.ROSTER, Kind.RELEASE]


async def test_the_bar_reaches_its_end(tmp_path: Path) -> None:
    reports: list[Done] = []
    waiting = queue(*letters(5), with_files(PHOTO, seq=9), blobs=[PHOTO])
    packed = await export(tmp_path, waiting, reports=reports)
    done = [report.done for report in reports]
    assert done == sorted(done)
    assert reports[-1] == Done(packed.size, packed.size)
    taking: list[Done] = []
    sink = MemorySink()
    await take_stick(tmp_path, sink, taking.append)
    assert taking[-1] == Done(packed.size, packed.size)


async def test_a_blob_of_many_parts_comes_whole(tmp_path: Path) -> None:
    large = os.urandom(70 * PART_BYTES)  # more than what is committed together
    await export(tmp_path, queue(with_files(large), blobs=[large]))
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert (taken.envelopes, taken.blobs) == (1, 1)
    assert sink.whole() == {hashlib.sha256(large).digest()}


async def test_what_is_gone_when_it_is_read_is_left_out(tmp_path: Path) -> None:
    first, second = letters(2)
    waiting = queue(first, second)
    del waiting.bodies[first.id]
    assert (await export(tmp_path, waiting)).envelopes == 1
    assert [path.stem for path in files_on(tmp_path)] == [second.id.hex()]


async def test_a_blob_begun_by_line_is_completed_by_stick(tmp_path: Path) -> None:
    envelope = with_files(PHOTO)
    key = hashlib.sha256(PHOTO).digest()
    await export(tmp_path, queue(envelope, blobs=[PHOTO]))
    sink = MemorySink()
    first = Part(
        origin=bytes.fromhex(STATION),
        blob=key,
        size=len(PHOTO),
        offset=0,
        data=PHOTO[:PART_BYTES],
    )
    await sink.store([EnvelopeItem(wire=envelope.wire), first])
    before = sink.stored_bytes
    taken = await bring(tmp_path, sink)
    assert (taken.envelopes, taken.blobs, taken.skipped) == (0, 1, 1)
    assert sink.stored_bytes - before == len(PHOTO) - PART_BYTES
    assert sink.whole() == {key}


async def test_a_stick_carries_the_whole_blob_even_if_the_neighbour_has_half(
    tmp_path: Path,
) -> None:
    waiting = queue(with_files(PHOTO), blobs=[PHOTO])
    key = hashlib.sha256(PHOTO).digest()
    waiting.waits[key] = replace(waiting.waits[key], offset=PART_BYTES)
    await export(tmp_path, waiting)
    (path,) = files_on(tmp_path, FileKind.BLOB)
    assert path.read_bytes() == PHOTO


async def test_a_damaged_copy_does_not_spoil_what_came_by_line(tmp_path: Path) -> None:
    envelope = with_files(PHOTO)
    key = hashlib.sha256(PHOTO).digest()
    await export(tmp_path, queue(envelope, blobs=[PHOTO]))
    (path,) = files_on(tmp_path, FileKind.BLOB)
    path.write_bytes(PHOTO[:-1] + b"X")
    sink = MemorySink()
    first = Part(
        origin=bytes.fromhex(STATION),
        blob=key,
        size=len(PHOTO),
        offset=0,
        data=PHOTO[:PART_BYTES],
    )
    await sink.store([EnvelopeItem(wire=envelope.wire), first])
    taken = await bring(tmp_path, sink)
    assert set(taken.refused.values()) == {"peer.digest"}
    assert len(sink.blobs[key]) == PART_BYTES
