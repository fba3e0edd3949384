"""Queues, sticks and stores that break, for tests of carrying."""

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from protocol.envelope.envelope import Envelope, Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EditionNews, Item, Part
from protocol.exchange.store import NOBODY
from protocol.ids import NodeId
from protocol.stick.names import (
    FOLDER,
    FileKind,
    ItemName,
)
from protocol.trust.edition import Kind
from tests.builders.envelopes import COUNTY, STATION, make_header, seal
from tests.builders.lines.sticks import (
    Queue,
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


damage = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(["gone", "cut", "flipped", "zeros", "empty"])),
    max_size=8,
)


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
        self,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
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
