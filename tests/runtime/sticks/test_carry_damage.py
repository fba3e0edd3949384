"""What is damaged, missing or hostile on a stick is refused, and the rest is taken."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.errors import (
    DiskFullError,
    LineError,
    StickFullError,
    StickHostileError,
    StickMissingError,
    StoreError,
)
from protocol.exchange.messages import EnvelopeItem, Item
from protocol.ids import BlobId, BlobRef, NodeId
from protocol.json_values import to_json
from protocol.limits import MAX_STICK_REFUSALS
from protocol.stick.names import (
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
from runtime.sticks.calls import moved
from runtime.sticks.carried import Progress
from runtime.sticks.packing import Outgoing, pack_stick
from tests.builders.disks.power import PowerCut
from tests.builders.envelopes import COUNTY, HUB, STATION, keys_of
from tests.builders.lines.sticks import (
    MemorySink,
    Queue,
    bring,
    export,
    files_on,
    run,
    stick_writer,
)
from tests.runtime.sticks.carrying import (
    BAG,
    CARRIED,
    CARRIED_WITH_FILES,
    PHOTO,
    SCAN,
    Breaking,
    damage,
    files_below,
    letters,
    path_of,
    queue,
    spoil,
    with_files,
)


async def test_a_blob_that_no_envelope_announced_is_refused_and_stays(tmp_path: Path) -> None:
    await export(tmp_path, queue(blobs=[PHOTO]))
    sink = MemorySink()
    taken = await bring(tmp_path, sink)
    assert list(taken.refused.values()) == ["peer.blob-unknown"]
    await sink.store([EnvelopeItem(wire=with_files(PHOTO).wire)])  # its envelope comes by line
    assert (await bring(tmp_path, sink)).blobs == 1


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
    shown = to_json(moved(taken))
    assert (shown["refused_more"], shown["envelopes"], len(shown["refused"])) == (
        5,
        1,
        MAX_STICK_REFUSALS,
    )


async def test_a_link_in_a_bag_is_refused_and_the_rest_is_taken(tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    await export(stick, queue(*letters(2)))
    path, _ = files_on(stick)
    moved = path.rename(tmp_path / "moved")
    path.symlink_to(moved)
    taken = await bring(stick, MemorySink())
    assert taken.envelopes == 1
    assert set(taken.refused.values()) >= {"stick.unreadable"}


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
