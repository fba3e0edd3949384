"""Import: what a stick brings goes into a node's store as if it came over a line.

Editions first (a newer roster may know senders that the held one does not), then envelopes, then
blobs (a store takes only those that an envelope announced). What is held already is not even
read. What is refused is told and left where it is.

Source: docs/protocol.md section 11.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from protocol.envelope.envelope import read_envelope
from protocol.errors import (
    DigestError,
    NeedsNewerError,
    RollbackError,
    SignatureError,
    StickIncompleteError,
    YizhanError,
)
from protocol.exchange.messages import (
    PREFIX_BYTES,
    EditionNews,
    EnvelopeItem,
    Item,
    Offer,
    Want,
    blob_name,
)
from protocol.ids import NodeId
from protocol.limits import BATCH_ITEMS, MAX_STICK_NAMES
from protocol.stick.names import HEAD, BagHead, FileKind, Listed, read_edition
from protocol.trust.edition import Kind
from runtime.control.done import Done
from runtime.sticks.carried import Carried, Progress
from runtime.sticks.folder import Bag, survey
from runtime.sticks.reader import StickFile, StickReader

T = TypeVar("T")

_PARTS = 64  # of a blob, committed together: 3 MiB


class Sink(Protocol):
    """What an import asks of a node's store. No neighbour's account is touched by it."""

    def takes(self, to: NodeId | None) -> bool:
        """Whether a bag for ``to`` (None: for everybody) is of use here."""
        ...

    def signing_keys(self, node: NodeId) -> Sequence[bytes]:
        """All that ``node`` may have signed with: a stick may be older than its keys, or its PC."""
        ...

    async def versions(self) -> Mapping[Kind, int]:
        """Which editions are held; 0 for none."""
        ...

    async def holds(self, offer: Offer) -> Want:
        """Which of these are here, or have passed through here."""
        ...

    async def store(self, items: Sequence[Item]) -> Sequence[tuple[int, str]]:
        """Commit items; index and code of each refused one."""
        ...

    async def take_time(self, signed: bytes) -> bool:
        """Whether it is the county's, and newer than what was held; then it is kept."""
        ...


async def take_stick(
    folder: Path,
    sink: Sink,
    report: Callable[[Done], None],
    *,
    max_names: int = MAX_STICK_NAMES,
) -> Carried:
    """Take in everything below ``folder`` that is of use here.

    Raises:
        StickMissingError: nothing was ever exported to it.
        StickHostileError: it holds more than any export writes, or links; nothing was taken.
        DiskFullError, StoreError: this node can't store; what came before is stored.
    """
    found = await asyncio.to_thread(survey, folder, max_names=max_names)
    bags = [bag for bag in found.bags if sink.takes(bag.name.to)]
    taking = _Taking(sink, Progress(report, sum(bag.size for bag in bags)))
    others = sum(bag.files for bag in found.bags) - sum(b.files for b in bags)
    taking.carried.skip(others, others=others)
    await taking.editions(bags, Kind.ROSTER)
    await taking.times(bags)  # by the county's key, which a newer roster may name
    await taking.editions(bags, Kind.RELEASE)
    await taking.envelopes(bags)
    await taking.blobs(bags)
    await taking.manifests(bags)
    return taking.carried


class _Taking:
    """One import."""

    def __init__(self, sink: Sink, progress: Progress) -> None:
        self._sink, self._progress = sink, progress
        self.carried = Carried()
        self._reader = StickReader(self.carried.refuse)

    async def editions(self, bags: Sequence[Bag], kind: Kind) -> None:
        """Editions of one kind that are newer than what is held."""
        async for files in self._batches(bags, FileKind.EDITION):
            for file in files:
                news = await asyncio.to_thread(self._or_refuse, file, self._read_edition)
                if news is not None and news.kind is kind:
                    await self._take_edition(file, news)

    async def times(self, bags: Sequence[Bag]) -> None:
        """The county's time, if it is newer than what is held."""
        async for files in self._batches(bags, FileKind.TIME):
            for file in files:
                signed = await asyncio.to_thread(self._or_refuse, file, self._read_time)
                if signed is not None and await self._sink.take_time(signed):
                    self.carried.count(FileKind.TIME, file.size)  # else it is no cargo to tell of
                self._progress.add(file.size)

    async def envelopes(self, bags: Sequence[Bag]) -> None:
        """Envelopes that are not held."""
        async for files in self._batches(bags, FileKind.ENVELOPE):
            want = await self._sink.holds(Offer(envelopes=_prefixes(files)))
            fresh = [
                file for at, file in enumerate(files) if want.have_envelopes[at : at + 1] != b"\x01"
            ]
            self.carried.skip(len(files) - len(fresh))
            await self._take_envelopes(fresh)
            self._progress.add(sum(file.size for file in files))

    async def blobs(self, bags: Sequence[Bag]) -> None:
        """What is missing of blobs that an envelope announced here."""
        async for files in self._batches(bags, FileKind.BLOB):
            want = await self._sink.holds(Offer(blobs=tuple(blob_name(f.item.ref) for f in files)))
            for file, held in zip(files, want.have_blob_bytes, strict=True):
                if held >= file.size > 0:
                    self.carried.skip()
                elif await asyncio.to_thread(self._or_refuse, file, self._check_blob):
                    await self._take_blob(file, held)
                self._progress.add(file.size)

    async def manifests(self, bags: Sequence[Bag]) -> None:
        """What should have been there, and neither is nor is held."""
        for bag in bags:
            try:
                await self._compare(bag)
            except YizhanError as exc:
                self.carried.refuse(f"{bag.name}/{HEAD}", exc.code)

    async def _take_edition(self, file: StickFile, news: EditionNews) -> None:
        self._progress.add(file.size)
        if news.version <= await self._held(news.kind):
            self.carried.skip()
            return
        refused = await self._sink.store([news])
        if refused:
            self.carried.refuse(str(file), refused[0][1])
        elif await self._held(news.kind) < news.version:
            self.carried.refuse(str(file), RollbackError.code)  # by the number of its registrar
        else:
            self.carried.count(FileKind.EDITION, file.size)

    async def _held(self, kind: Kind) -> int:
        return (await self._sink.versions())[kind]

    async def _take_envelopes(self, files: Sequence[StickFile]) -> None:
        def read() -> list[tuple[StickFile, Item]]:
            found = ((file, self._or_refuse(file, self._read_envelope)) for file in files)
            return [(file, item) for file, item in found if item is not None]

        await self._store(await asyncio.to_thread(read))

    async def _store(self, items: Sequence[tuple[StickFile, Item]]) -> None:
        if not items:
            return
        refused = dict(await self._sink.store([item for _, item in items]))
        for at, (file, _) in enumerate(items):
            if at in refused:
                self.carried.refuse(str(file), refused[at])
            else:
                self.carried.count(file.item.kind, file.size)

    async def _take_blob(self, file: StickFile, held: int) -> None:
        with closing(self._reader.parts(file, held)) as parts:
            while batch := await asyncio.to_thread(
                self._or_refuse, file, lambda _: _some(parts, _PARTS)
            ):
                refused = await self._sink.store(batch)
                if refused:
                    self.carried.refuse(str(file), refused[0][1])
                    break
                if batch[-1].offset + len(batch[-1].data) == file.size:
                    self.carried.count(FileKind.BLOB, file.size)

    async def _compare(self, bag: Bag) -> None:
        keys = self._sink.signing_keys(bag.name.origin)
        head = await asyncio.to_thread(self._head, bag, keys)
        for digest in head.lists:
            listed = await asyncio.to_thread(self._reader.listed, bag, digest)
            for one in await self._not_held(await asyncio.to_thread(self._missing, bag, listed)):
                self.carried.refuse(f"{bag.name}/{one.name}", StickIncompleteError.code)

    def _head(self, bag: Bag, keys: Sequence[bytes]) -> BagHead:
        for key in keys:
            try:
                return self._reader.head(bag, key)
            except SignatureError:
                continue
        raise SignatureError("packed by somebody who is not on the roster")

    def _missing(self, bag: Bag, listed: Sequence[Listed]) -> list[Listed]:
        return [one for one in listed if _is_known(one) and not self._reader.is_there(bag, one)]

    async def _not_held(self, listed: Sequence[Listed]) -> list[Listed]:
        """Those of which the store lacks something; an edition counts as lacking."""
        by_kind: dict[FileKind, list[Listed]] = {kind: [] for kind in FileKind}
        for one in listed:
            by_kind[one.item().kind].append(one)
        envelopes, blobs = by_kind[FileKind.ENVELOPE], by_kind[FileKind.BLOB]
        want = await self._sink.holds(
            Offer(
                envelopes=tuple(one.item().key[:PREFIX_BYTES] for one in envelopes),
                blobs=tuple(blob_name(one.item().ref) for one in blobs),
            )
        )
        return [
            *by_kind[FileKind.EDITION],
            *(one for one, has in zip(envelopes, want.have_envelopes, strict=True) if not has),
            *(
                one
                for one, held in zip(blobs, want.have_blob_bytes, strict=True)
                if held < one.size
            ),
        ]

    def _read_edition(self, file: StickFile) -> EditionNews:
        self._check_blob(file)
        return read_edition(self._reader.content(file))

    def _read_time(self, file: StickFile) -> bytes:
        self._check_blob(file)
        return self._reader.content(file)

    def _read_envelope(self, file: StickFile) -> EnvelopeItem:
        wire = self._reader.content(file)
        if read_envelope(wire).id != file.item.key:
            raise DigestError("another envelope than its name says")
        return EnvelopeItem(wire=wire)

    def _check_blob(self, file: StickFile) -> bool:
        """A damaged file must not spoil what came of it by another way."""
        if self._reader.digest(file) != file.item.key:
            raise DigestError("not the content that its name says")
        return True

    def _or_refuse(self, file: StickFile, read: Callable[[StickFile], T]) -> T | None:
        try:
            return read(file)
        except YizhanError as exc:
            self.carried.refuse(str(file), exc.code)
            return None

    async def _batches(
        self, bags: Iterable[Bag], kind: FileKind
    ) -> AsyncIterator[Sequence[StickFile]]:
        for bag in bags:  # one at a time: what two bags hold alike is taken from the first
            files = self._reader.files(bag, kind)
            while batch := await asyncio.to_thread(_some, files, BATCH_ITEMS):
                yield batch


def _is_known(listed: Listed) -> bool:
    """Whether it is of a kind that this program could miss; a newer one may pack others, too."""
    try:
        listed.item()
    except NeedsNewerError:
        return False
    return True


def _prefixes(files: Sequence[StickFile]) -> tuple[bytes, ...]:
    return tuple(file.item.key[:PREFIX_BYTES] for file in files)


def _some(items: Iterator[T], count: int) -> list[T]:
    return list(islice(items, count))
