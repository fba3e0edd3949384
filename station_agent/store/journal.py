"""The journal: every envelope that this station sealed, in append-only files beside the database.

One file for each incarnation, ``DATA/journal/<incarnation hex>.log``, of entries
``u32 length | u32 CRC-32 | body``, big-endian; the body is msgpack of the envelope's wire bytes,
the application id, the item, the digest of what was handed in, the number that was used with what
it was used for; of what follows an application its id, that one's, the subject and the papers that
it brings; of an application the earlier one that it names, and each paper that it owes; and sealed
for the vault who applies, who acts for them, and what was said in what follows an application. It
is synced before the database commits, so whatever a clerk saw as saved can be queued again from
here if the database is lost.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from pathlib import Path

from protocol.codec import pack, unpack
from protocol.errors import PeerError
from protocol.ids import ApplicationId, Incarnation
from protocol.limits import KIB, MAX_ENVELOPE_BYTES
from station_agent.store.desk.agents import AgentNote
from station_agent.store.desk.owed import OwedPaper
from station_agent.store.disk import Disk
from station_agent.store.follow_ups import FollowUpNote

_HEAD = struct.Struct(">II")
_UNSEEN = "unseen"
_FOLLOWED = 4  # ids, subject, and how, of what follows an application; its papers come behind
_MAX_SAID_BYTES = 64 * KIB  # sealed, of what follows an application: more stays in the database
_MAX_BODY_BYTES = MAX_ENVELOPE_BYTES + 2 * _MAX_SAID_BYTES  # names of papers stand beside it, too
_AGENT_SCOPE = (b"\x00", b"\x01")  # may collect what comes back, or not


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One envelope, and what the station knows of it beside."""

    wire: bytes
    application: ApplicationId
    item: str
    content: bytes = b""  # digest of what was handed in
    number: str = ""  # of a block, that was used with it; empty: none
    number_for: ApplicationId | None = None  # what it was used for; None: nothing
    follow_up: FollowUpNote | None = None  # without what was said if that is long
    earlier: str = ""  # id of the application that it corrects or replaces; empty: none
    owed: Sequence[OwedPaper] = ()
    applicant: bytes | None = field(default=None, repr=False)  # sealed; None: the form names nobody
    agent: AgentNote | None = None  # who acts for them


class Journal:
    """Writes the journal. All calls block; run them in a thread."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder, self._disk = folder, disk

    def path(self, incarnation: Incarnation) -> Path:
        """The file of one incarnation."""
        return self._folder / f"{incarnation.hex()}.log"

    def files(self) -> dict[Incarnation, Path]:
        """Every journal file."""
        found = sorted(self._folder.glob("*.log")) if self._folder.exists() else []
        return {Incarnation(bytes.fromhex(path.stem)): path for path in found}

    def append(self, incarnation: Incarnation, entries: Sequence[JournalEntry]) -> int:
        """Add ``entries``, all or none, and sync; the size of the file afterwards.

        Raises:
            DiskFullError, StoreError: nothing was added.
        """
        data = b"".join(_entry_bytes(entry) for entry in entries)
        return self._disk.append(self.path(incarnation), data)

    def take_back(self, incarnation: Incarnation, size: int) -> None:
        """Forget what was added behind ``size``: the database did not commit it."""
        self._disk.cut_back(self.path(incarnation), size)

    def drop(self, incarnation: Incarnation) -> None:
        """Remove the file of an incarnation of which nothing need be kept."""
        self.path(incarnation).unlink(missing_ok=True)


def read_journal(path: Path, start: int = 0) -> Iterator[JournalEntry]:
    """The entries from byte ``start`` on; ends quietly at a torn tail.

    An entry whose checksum does not fit is left out. What follows is found again by its own
    length and checksum, so damage in the middle costs only what it hit.
    """
    if path.stat().st_size <= start:
        return
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        at = start
        while at + _HEAD.size <= len(data):
            size = _entry_size(data, at)
            if size:
                yield from _read_entry(data[at + _HEAD.size : at + size])
            at += size or 1


def _entry_size(data: mmap, at: int) -> int:
    """Bytes of the entry at ``at``; 0 if there is none."""
    size, checksum = _HEAD.unpack_from(data, at)
    end = at + _HEAD.size + size
    if not 0 < size <= _MAX_BODY_BYTES or end > len(data):
        return 0
    return end - at if zlib.crc32(data[at + _HEAD.size : end]) == checksum else 0


def _entry_bytes(entry: JournalEntry) -> bytes:
    own, used_for = bytes.fromhex(entry.application), bytes.fromhex(entry.number_for or "")
    followed = _followed(entry.follow_up) if entry.follow_up else []
    owed = [text for one in entry.owed for text in (one.material, one.until)]
    beside = [entry.earlier, *owed] if entry.earlier or owed else []
    body = pack(
        [
            *(entry.wire, own, entry.item, entry.content, entry.number, used_for),
            *(followed, beside, _sealed(entry)),
        ]
    )
    return _HEAD.pack(len(body), zlib.crc32(body)) + body


def _followed(note: FollowUpNote) -> list[str]:
    how = _UNSEEN if note.unseen else ""
    return [note.follow_up, note.application, note.about, how, *note.materials]


def _sealed(entry: JournalEntry) -> list[bytes]:
    """Applicant, what was said, agent and scope; what is not there is empty."""
    said, agent = (entry.follow_up.sealed if entry.follow_up else None) or b"", entry.agent
    found = [entry.applicant or b"", said if len(said) <= _MAX_SAID_BYTES else b""]
    found += [agent.sealed, _AGENT_SCOPE[agent.collects]] if agent else []
    return found if any(found) else []


def _read_entry(body: bytes) -> Iterator[JournalEntry]:
    try:
        wire, application, item, content, number, used_for, followed, beside, sealed = unpack(
            body,
            tuple[bytes, bytes, str, bytes, str, bytes, list[str], list[str], list[bytes]],
            limit=_MAX_BODY_BYTES,
        )
    except PeerError:
        return
    own = ApplicationId(application.hex())
    applicant, said, *agent = sealed if len(sealed) > 1 else (b"", b"")
    yield JournalEntry(
        wire=wire,
        application=own,
        item=item,
        content=content,
        number=number,
        number_for=ApplicationId(used_for.hex()) if used_for else None,
        follow_up=_note(followed, content, said or None),
        earlier=beside[0] if beside else "",
        owed=_owed(own, beside[1:]),
        applicant=applicant or None,
        agent=AgentNote(sealed=agent[0], collects=agent[1:] == [_AGENT_SCOPE[1]])
        if agent
        else None,
    )


def _note(followed: Sequence[str], content: bytes, said: bytes | None) -> FollowUpNote | None:
    if len(followed) < _FOLLOWED:
        return None
    own, application, about, how, *materials = followed
    return FollowUpNote(
        follow_up=ApplicationId(own),
        application=application,
        about=about,
        content=content,
        materials=tuple(materials),
        sealed=said,
        unseen=how == _UNSEEN,
    )


def _owed(application: ApplicationId, told: Sequence[str]) -> tuple[OwedPaper, ...]:
    return tuple(
        OwedPaper(application=application, material=material, until=until)
        for material, until in zip(told[::2], told[1::2], strict=False)
    )
