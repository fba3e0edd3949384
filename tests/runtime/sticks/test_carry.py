"""Export and import: repeated, partial, late and mixed, everything has come once in the end."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.edition import Kind
from protocol.envelope import Envelope, Lane
from protocol.errors import (
    DiskFullError,
    LineError,
    StickFullError,
    StickHostileError,
    StickMissingError,
    StoreError,
)
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.lanes import Waiting
from protocol.limits import MAX_STICK_REFUSALS, PART_BYTES
from protocol.messages import EditionNews, EnvelopeItem, Item, Part
from protocol.stick import (
    FOLDER,
    HEAD,
    BagName,
    FileKind,
    ItemName,
    Listed,
    list_name,
    pack_head,
    pack_list,
)
from runtime.sticks.carried import Progress
from runtime.sticks.packing import Outgoing, pack_stick
from runtime.sticks.taking import take_stick
from tests.builders.envelopes import COUNTY, HUB, OTHER_STATION, STATION, keys_of, make_header, seal
from tests.builders.power import PowerCut
from tests.builders.sticks import (
    MemorySink,
    Queue,
    bring,
    export,
    files_on,
    run,
    stick_writer,
)

BAG = f"{STATION}-{COUNTY}"


def letters(count: int, *, origin: NodeId = STATION, to: NodeId = COUNTY) -> list[Envelope]:
    return [
        seal(b"letter %d" % seq, make_header(seq=seq, origin=origin, to=to))
        for seq in range(1, count + 1)
    ]


def with_files(*contents: bytes, seq: int = 1) -> Envelope:
    blobs = tuple((hashlib.sha256(data).digest(), len(data)) for data in contents)
    return seal(b"with files", make_header(seq=seq, blobs=blobs))


def queue(*envelopes: Envelope, blobs: Sequence[bytes] = ()) -> Queue:
    made = Queue(name="station", origin=STATION)
    made.add(*envelopes)
    for blob in blobs:
        made.queue_blob(blob)
    return made


def path_of(stick: Path, envelope: Envelope) -> Path:
    return stick / FOLDER / BAG / str(ItemName(FileKind.ENVELOPE, envelope.id))


PHOTO, SCAN = bytes(range(256)) * 800, b"scan" * 40_000  # 5 parts, 4 parts


# the whole way


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
    reports: list[Mapping[str, Any]] = []
    waiting = queue(*letters(5), with_files(PHOTO, seq=9), blobs=[PHOTO])
    packed = await export(tmp_path, waiting, reports=reports)
    done = [report["done"] for report in reports]
    assert done == sorted(done)
    assert reports[-1] == {"done": packed.size, "total": packed.size}
    taking: list[Mapping[str, Any]] = []
    sink = MemorySink()
    await take_stick(tmp_path, sink, taking.append)
    assert taking[-1] == {"done": packed.size, "total": packed.size}


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


# by line and by stick


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


async def test_a_blob_that_no_envelope_announced_is_refused_and_stays(tmp_path: Path) -> None:
    await export(tmp_path, queue(blobs=[PHOTO]))
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert list(taken.refused.values()) == ["peer.blob-unknown"]
    await sink.store([EnvelopeItem(wire=with_files(PHOTO).wire)])  # its envelope comes by line
    assert (await bring(tmp_path, sink)).blobs == 1


# damage


async def test_a_damaged_file_is_refused_and_the_others_are_taken(tmp_path: Path) -> None:
    envelopes = [*letters(3), with_files(PHOTO, SCAN, seq=9)]
    await export(tmp_path, queue(*envelopes, blobs=[PHOTO, SCAN]))
    cut, swapped, other = (path_of(tmp_path, envelope) for envelope in envelopes[:3])
    cut.write_bytes(cut.read_bytes()[:100])
    swapped.write_bytes(other.read_bytes())
    blob, _ = files_on(tmp_path, FileKind.BLOB)
    blob.write_bytes(blob.read_bytes()[:-1])
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    shown = {file.split("/")[-1]: code for file, code in taken.refused.items()}
    assert shown == {
        cut.name: "peer.malformed",
        swapped.name: "peer.digest",
        blob.name: "peer.digest",
    }
    assert (taken.envelopes, taken.blobs) == (2, 1)


async def test_an_envelope_changed_on_the_way_is_refused_by_its_signature(tmp_path: Path) -> None:
    (envelope,) = letters(1)
    await export(tmp_path, queue(envelope))
    (path,) = files_on(tmp_path)
    path.write_bytes(envelope.wire[:-1] + bytes([envelope.wire[-1] ^ 1]))  # in the signature
    taken = await bring(tmp_path, MemorySink())
    assert list(taken.refused.values()) == ["peer.signature"]


async def test_a_damaged_edition_is_refused(tmp_path: Path) -> None:
    source = Queue(name="county")
    source.queue_edition(4, b"body")
    await export(tmp_path, source, node=COUNTY, to=HUB)
    (path,) = files_on(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    sink = MemorySink(node=HUB)
    taken = await bring(tmp_path, sink)
    assert list(taken.refused.values()) == ["peer.digest"]
    assert sink.editions == []


async def test_an_edition_that_a_store_silently_passes_over_is_told(tmp_path: Path) -> None:
    """A relay does not complain of news that it has by another number."""

    class Unmoved(MemorySink):
        async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
            return ()

    source = Queue(name="county")
    source.queue_edition(4, b"body")
    await export(tmp_path, source, node=COUNTY, to=HUB)
    taken = await bring(tmp_path, Unmoved(node=HUB))
    assert (taken.editions, list(taken.refused.values())) == (0, ["peer.rollback"])


async def test_a_missing_file_is_told_unless_it_came_by_another_way(tmp_path: Path) -> None:
    first, second = letters(2)
    third = with_files(PHOTO, SCAN, seq=9)
    await export(tmp_path, queue(first, second, third, blobs=[PHOTO, SCAN]))
    for path in files_on(tmp_path):
        path.unlink()
    sink = MemorySink()
    await sink.store([EnvelopeItem(wire=first.wire), EnvelopeItem(wire=third.wire)])
    photo = hashlib.sha256(PHOTO).digest()
    sink.blobs[photo] = bytearray(PHOTO)
    taken = await bring(tmp_path, sink)
    scan = ItemName.of_blob(BlobRef(STATION, BlobId(hashlib.sha256(SCAN).digest())))
    assert taken.refused == {
        f"{BAG}/{ItemName(FileKind.ENVELOPE, second.id)}": "stick.incomplete",
        f"{BAG}/{scan}": "stick.incomplete",
    }


async def test_without_a_manifest_what_is_there_is_taken_all_the_same(tmp_path: Path) -> None:
    envelopes = letters(3)
    await export(tmp_path, queue(*envelopes))
    (tmp_path / FOLDER / BAG / HEAD).unlink()
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert taken.envelopes == 3
    assert taken.refused == {f"{BAG}/{HEAD}": "stick.incomplete"}


@pytest.mark.parametrize(
    ("damage", "code"), [(b"", "peer.malformed"), (b"\xc0" * 70_000, "peer.too-large")]
)
async def test_a_damaged_manifest_is_told(tmp_path: Path, damage: bytes, code: str) -> None:
    await export(tmp_path, queue(*letters(1)))
    (tmp_path / FOLDER / BAG / HEAD).write_bytes(damage)
    taken = await bring(tmp_path, MemorySink())
    assert (taken.envelopes, taken.refused) == (1, {f"{BAG}/{HEAD}": code})


async def test_a_bag_of_somebody_unknown_is_looked_into_all_the_same(tmp_path: Path) -> None:
    class Stranger(MemorySink):
        def signing_keys(self, node: NodeId) -> Sequence[bytes]:
            return ()

    await export(tmp_path, queue(*letters(1)))
    taken = await bring(tmp_path, Stranger())
    assert (taken.envelopes, taken.refused) == (1, {f"{BAG}/{HEAD}": "peer.signature"})


async def test_a_list_that_names_something_else_is_refused(tmp_path: Path) -> None:
    """By a manifest whose packer signed nonsense."""
    await export(tmp_path, queue(*letters(1)))
    data = pack_list([Listed("../../secret", 3)])
    bag = tmp_path / FOLDER / BAG
    (bag / list_name(data)).write_bytes(data)
    digest = hashlib.sha256(data).digest()
    head = pack_head(
        keys_of(STATION).signer,
        BagName(STATION, COUNTY),
        made_ms=1,
        files=1,
        size=3,
        lists=[digest],
    )
    (bag / HEAD).write_bytes(head)
    taken = await bring(tmp_path, MemorySink())
    assert (taken.envelopes, taken.refused) == (1, {f"{BAG}/{HEAD}": "peer.malformed"})


async def test_a_report_names_a_thousand_files_and_counts_the_rest(tmp_path: Path) -> None:
    await export(tmp_path, queue(*letters(1)))
    shelf = tmp_path / FOLDER / BAG / "ab"
    shelf.mkdir(exist_ok=True)
    for number in range(MAX_STICK_REFUSALS + 5):
        (shelf / f"ab{number:062x}.env").write_bytes(b"no envelope")
    taken = await bring(tmp_path, MemorySink())
    assert taken.envelopes == 1
    assert (len(taken.refused), taken.refused_more) == (MAX_STICK_REFUSALS, 5)
    shown = taken.json()
    assert shown["refused_more"] == 5
    assert shown["envelopes"] == 1


async def test_a_link_in_a_bag_is_refused_and_the_rest_is_taken(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    await export(stick, queue(*letters(2)))
    path, _ = files_on(stick)
    moved = path.rename(tmp_path / "moved")
    path.symlink_to(moved)
    taken = await bring(stick, MemorySink())
    assert taken.envelopes == 1
    assert set(taken.refused.values()) >= {"stick.unreadable"}


# refusals as a whole


async def test_a_folder_without_a_bag_is_no_stick(tmp_path: Path) -> None:
    with pytest.raises(StickMissingError):
        await bring(tmp_path, MemorySink())


async def test_of_a_hostile_stick_nothing_is_taken(tmp_path: Path) -> None:
    await export(tmp_path, queue(*letters(3)))
    sink = MemorySink()
    with pytest.raises(StickHostileError):
        await bring(tmp_path, sink, max_names=4)
    assert sink.envelopes == {}


async def test_a_store_that_is_full_ends_the_import(tmp_path: Path) -> None:
    await export(tmp_path, queue(*letters(3)))
    sink = MemorySink(failure=DiskFullError("no room"))
    with pytest.raises(DiskFullError):
        await bring(tmp_path, sink)
    sink.failure = None
    assert (await bring(tmp_path, sink)).envelopes == 3


# interrupted exports


async def test_a_full_stick_brings_what_it_could_take(tmp_path: Path) -> None:
    envelopes = letters(3)
    waiting = queue(*envelopes, blobs=[b"small"])
    writer = stick_writer(tmp_path, max_names=7)
    outgoing = [Outgoing(source=waiting, to=COUNTY)]
    with pytest.raises(StickFullError):
        await pack_stick(
            writer, outgoing, covers=lambda _: True, progress=Progress(lambda _: None, 0)
        )
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert taken.envelopes == 3
    assert taken.refused == {}, "the manifest fits what is there"


@pytest.mark.parametrize("error", [PowerCut(), LineError("x"), StoreError("x")])
@pytest.mark.parametrize("reads", [0, 1, 2, 3])
async def test_an_export_that_breaks_off_is_completed_by_the_next(
    tmp_path: Path, error: BaseException, reads: int
) -> None:
    envelopes = [*letters(2), with_files(PHOTO, SCAN, seq=9)]
    waiting = queue(*envelopes, blobs=[PHOTO, SCAN])
    sink = MemorySink()
    with pytest.raises(type(error)):
        await export(tmp_path, Breaking(waiting, reads, error))  # type: ignore[arg-type]
    early = await bring(tmp_path, sink)
    assert all(code == "stick.incomplete" for code in early.refused.values())
    await export(tmp_path, waiting)
    late = await bring(tmp_path, sink)
    assert late.refused == {}
    assert early.envelopes + late.envelopes == 3
    assert early.blobs + late.blobs == 2
    assert sink.repeats == 0
    assert not [path for path in files_below(tmp_path) if path.suffix == ".tmp"]


async def test_a_blob_that_is_not_what_it_should_be_is_not_packed(tmp_path: Path) -> None:
    waiting = queue(*letters(1), blobs=[PHOTO, SCAN])
    waiting.bodies[hashlib.sha256(PHOTO).digest()] = b"X" * len(PHOTO)
    del waiting.bodies[hashlib.sha256(SCAN).digest()]
    packed = await export(tmp_path, waiting)
    assert sorted(packed.refused.values()) == ["peer.digest", "store.damaged"]
    assert (packed.envelopes, packed.blobs) == (1, 0)
    assert files_on(tmp_path, FileKind.BLOB) == []


async def test_a_blob_that_fits_no_stick_is_told(tmp_path: Path) -> None:
    waiting = queue(*letters(1), blobs=[PHOTO])
    key = hashlib.sha256(PHOTO).digest()
    waiting.waits[key] = replace(waiting.waits[key], size=2**32)
    packed = await export(tmp_path, waiting)
    assert list(packed.refused.values()) == ["peer.too-large"]
    assert packed.envelopes == 1


damage = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["gone", "cut", "flipped", "zeros", "empty"])),
    max_size=8,
)


@given(rounds=st.lists(damage, min_size=1, max_size=3), capitals=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
def test_whatever_happens_to_sticks_everything_comes_once_in_the_end(
    tmp_path_factory: pytest.TempPathFactory,
    rounds: list[list[tuple[int, str]]],
    capitals: bool,
) -> None:
    stick = tmp_path_factory.mktemp("stick")
    envelopes = [*CARRIED, CARRIED_WITH_FILES]
    waiting, sink = queue(*envelopes, blobs=[PHOTO, SCAN]), MemorySink()
    for hurt in [*rounds, []]:
        run(export(stick, waiting))
        if capitals:
            for path in files_on(stick):
                path.rename(path.with_name(path.name.upper()))
        spoil(stick, hurt)
        run(bring(stick, sink))
    assert set(sink.envelopes) == {envelope.id for envelope in envelopes}
    assert sink.whole() == {hashlib.sha256(data).digest() for data in (PHOTO, SCAN)}
    assert sink.repeats == 0
    assert sink.stored_bytes == len(PHOTO) + len(SCAN)


CARRIED, CARRIED_WITH_FILES = letters(3), with_files(PHOTO, SCAN, seq=9)


def files_below(stick: Path) -> list[Path]:
    return sorted(path for path in stick.rglob("*") if path.is_file())


def spoil(stick: Path, hurt: list[tuple[int, str]]) -> None:
    """What a pulled-out stick, or an old one, does to files; manifests too."""
    for at, how in hurt:
        found = files_below(stick)
        if not found:
            return
        path = found[at % len(found)]
        data = path.read_bytes()
        match how:
            case "gone":
                path.unlink()
            case "cut":
                path.write_bytes(data[: len(data) // 2])
            case "flipped":
                path.write_bytes(bytes([*data[:-1], data[-1] ^ 1]) if data else b"\1")
            case "zeros":
                path.write_bytes(bytes(len(data)))
            case _:
                path.write_bytes(b"")


# sources that misbehave


@dataclass
class Breaking:
    """A queue whose node stops in the middle of an export."""

    queue: Queue
    reads: int
    error: BaseException

    async def waiting(
        self, after: Mapping[Lane, int], limit: int
    ) -> Mapping[Lane, Sequence[Waiting]]:
        return await self.queue.waiting(after, limit)

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        if self.reads == 0:
            raise self.error
        self.reads -= 1
        return await self.queue.read(waiting, part_bytes)


@dataclass
class LargeEdition(Queue):
    """A depot that announces an edition and sends its body in parts."""

    name: str = "county"
    body: bytes = b""
    kind: Kind = Kind.ROSTER
    parts: int = 1000  # that are there before a newer edition takes its place

    async def waiting(
        self, after: Mapping[Lane, int], limit: int
    ) -> Mapping[Lane, Sequence[Waiting]]:
        lane = Lane.CATALOGUE
        if after.get(lane, 1):
            return {}
        news = Waiting(key=b"roster/7", lane=lane, origin="", size=1, position=1)
        size, key = len(self.body), hashlib.sha256(self.body).digest()
        body = Waiting(key=key, lane=lane, origin="", size=size, position=2, parts=True)
        return {lane: (news, body)}

    async def read(self, waiting: Sequence[Waiting], part_bytes: int) -> Sequence[Item | None]:
        return [self._item(item, part_bytes) for item in waiting]

    def _item(self, item: Waiting, part_bytes: int) -> Item | None:
        size, key = len(self.body), hashlib.sha256(self.body).digest()
        if not item.parts:
            return EditionNews(
                kind=self.kind, version=7, base=0, proof=b"proof", blob=key, size=size
            )
        if item.offset >= self.parts * part_bytes:
            return None
        data = self.body[item.offset : item.offset + part_bytes]
        return Part(blob=key, size=size, offset=item.offset, data=data)
