"""What lies on a stick or on the disk of a station: bags, their heads and lists, the journal."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from protocol.codec import pack, unpack
from protocol.envelope.keys import Context, Signed
from protocol.exchange.messages import EditionNews
from protocol.ids import ApplicationId
from protocol.limits import MIB
from protocol.stick.names import (
    BagName,
    ItemName,
    Listed,
    list_name,
    pack_edition,
    pack_head,
    pack_list,
    read_edition,
    read_head,
    read_list,
)
from protocol.trust.edition import Kind, changes, make_head, sign_head
from station_agent.store.journal import JournalEntry, _entry_bytes, read_journal
from tests.builders.envelopes import COUNTY, STATION, keys_of, make_header, seal
from tests.builders.lines.sticks import MemorySink, Queue, bring, export
from tests.builders.rosters import START_MS
from tests.fuzz.target import Target

KEYS = keys_of(STATION)
BAG = BagName(STATION, COUNTY)
LIST = pack_list([Listed(name=f"ab/{'ab' * 32}.env", size=7)])
_STICK_BYTES = 32 * MIB  # bodies of editions are read whole


def _bag_head(data: bytes) -> None:
    """What the packer has signed is anything."""
    signature = KEYS.signer.sign(Context.STICK, data)
    signed = pack(Signed(body=data, signature=signature))
    read_head(signed, KEYS.signer.public_bytes(), BAG)


def _bag_list(data: bytes) -> None:
    digest = bytes.fromhex(list_name(data).removesuffix(".lst"))
    for listed in read_list(data, digest):
        listed.item()


def _names(data: bytes) -> None:
    """Names of folders and files as a file system gives them."""
    name = data.decode("utf-8", "surrogateescape")
    BagName.parse(name)
    path = PurePosixPath(name)
    ItemName.parse(path.parent.name, path.name)


def _journal(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.log"
        path.write_bytes(data)
        for entry in read_journal(path):
            pack(entry.item)


class StickFolder:
    """A stick with a real bag, of which one file is damaged, or named by the input."""

    def __init__(self, folder: Path) -> None:
        self._source, self._used = folder / "good", folder / "used"
        self._source.mkdir()
        queue = Queue(name="station")
        queue.add(*(seal(b"%d" % n, make_header(seq=n)) for n in (1, 2, 3)))
        asyncio.run(export(self._source, queue))
        self._files = sorted(path for path in self._source.rglob("*") if path.is_file())

    def corpus(self) -> list[bytes]:
        """Its files, each behind a byte that says which one it takes the place of."""
        return [bytes([at]) + path.read_bytes() for at, path in enumerate(self._files)]

    def parse(self, data: bytes) -> None:
        """The first byte says which file the rest replaces; the folder is taken in."""
        if not data:
            return
        shutil.rmtree(self._used, ignore_errors=True)
        shutil.copytree(self._source, self._used)
        target = self._files[data[0] % len(self._files)].relative_to(self._source)
        (self._used / target).write_bytes(data[1:])
        with suppress(ValueError, OSError):  # what no file system takes as a name
            (self._used / target).with_name(data[1:60].decode("utf-8", "replace")).touch()
        asyncio.run(bring(self._used, MemorySink()))


@contextmanager
def targets() -> Iterator[list[Target]]:
    """The parsers of sticks and of the journal."""
    body = changes({}, {"a": b"b" * 50})
    head = make_head(Kind.RELEASE, 1, {"a": b"b" * 50}, START_MS)
    proof = sign_head(keys_of(COUNTY).signer, head)
    news = EditionNews(kind=Kind.RELEASE, version=1, base=0, proof=proof, body=body)
    bag = pack_head(KEYS.signer, BAG, made_ms=1, files=1, size=7, lists=[b"d" * 32])
    names = [str(BAG).encode(), f"ab/{'ab' * 32}.env".encode(), b"../../etc/passwd", b"CON/.lst"]
    entry = JournalEntry(
        wire=seal(b"x", make_header()).wire,
        application=ApplicationId("a" * 32),
        item="pension",
        number="451423-2026-1-041000017-482915-45",
        number_for=ApplicationId("a" * 32),
    )
    journal = _entry_bytes(entry)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        stick = StickFolder(Path(folder))
        yield [
            Target(
                name="bag head, signed anew", corpus=[unpack(bag, Signed).body], parse=_bag_head
            ),
            Target(name="bag list", corpus=[LIST], parse=_bag_list),
            Target(name="bag edition", corpus=[pack_edition(news, body)], parse=read_edition),
            Target(name="names on a stick", corpus=names, parse=_names),
            Target(
                name="stick folder",
                corpus=stick.corpus(),
                parse=stick.parse,
                largest_bytes=_STICK_BYTES,
            ),
            Target(name="journal", corpus=[journal, journal * 3], parse=_journal),
        ]
