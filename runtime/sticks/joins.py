"""Requests to join and their answers, as files beside the bags of a stick.

::

    FOLDER/yizhan/join/<node>-<request>.ask   what the new node asks: a JoinParcel
    FOLDER/yizhan/join/<node>-<request>.reply   the county's word on it, yes or no: a verdict

``<request>`` is the beginning of a hash: of the request, by which its node looks for the answer, or
of the sealed bytes, by which others carry it. A name proves nothing: whoever takes an answer
from here checks its signature and what it is about. All calls block; run them in a thread.

Source: docs/protocol.md section 11.1.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from protocol.errors import JoinOnStickError, PeerError, StickHostileError, StickUnreadableError
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES, MAX_JOIN_BYTES, MAX_STICK_JOINS
from protocol.trust.enrolment import JoinParcel, JoinVerdict, sealed_hash
from runtime.disk.files import sync_folder
from runtime.sticks.folder import named, read_plain, scan, stick_root
from runtime.sticks.growing import GrowingFile, make_folder

JOIN = "join"
_ASK, _ANSWER = ".ask", ".reply"
_STEM = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})")
_HASH_BYTES = 8
_LIMITS = {_ASK: MAX_JOIN_BYTES, _ANSWER: MAX_JOIN_ANSWER_BYTES}


@dataclass(frozen=True, slots=True, order=True)
class JoinName:
    """One request, whichever of its files is meant."""

    stem: str

    @classmethod
    def of(cls, node: NodeId, request_hash: bytes) -> "JoinName":
        """The name for the request, or the sealed bytes, with this hash."""
        return cls(f"{node}-{request_hash[:_HASH_BYTES].hex()}")

    @property
    def node(self) -> NodeId:
        """Whose request it is, by its name."""
        return NodeId(self.stem.partition("-")[0])

    @classmethod
    def carried(cls, parcel: JoinParcel) -> "JoinName":
        """The name for what lies in a parcel, under whatever name it came."""
        return cls.of(NodeId(parcel.node), sealed_hash(parcel))

    def __str__(self) -> str:
        """As a report names it."""
        return f"{JOIN}/{self.stem}"


class JoinFolder:
    """The requests and answers on one stick, or kept by a hub."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def on_stick(cls, folder: Path) -> Self:
        """Beside the bags of a stick."""
        return cls(named(stick_root(folder), JOIN))

    def asks(self) -> set[JoinName]:
        """Requests that are here."""
        return self._names()[_ASK]

    def answers(self) -> set[JoinName]:
        """Requests under whose name an answer lies here."""
        return self._names()[_ANSWER]

    def by_age(self) -> list[JoinName]:
        """Requests that are here, the one that was written first at the beginning."""
        return sorted(self.asks(), key=lambda name: (self._written_ns(name), name))

    def ask(self, name: JoinName) -> bytes:
        """The request's bytes; raises StickError, TooLargeError."""
        return self._read(name, _ASK)

    def answer(self, name: JoinName) -> bytes:
        """The answer's bytes; raises StickError, TooLargeError."""
        return self._read(name, _ANSWER)

    def put_ask(self, name: JoinName, parcel: bytes) -> None:
        """Leave a request; an earlier answer does not count any more."""
        self._drop(name, _ANSWER)
        self._write(name, _ASK, parcel)

    def put_answer(self, name: JoinName, answer: bytes) -> None:
        """Leave the county's answer."""
        self._write(name, _ANSWER, answer)

    def drop(self, name: JoinName) -> None:
        """Forget a request and its answer."""
        for kind in _LIMITS:
            self._drop(name, kind)

    def exchange(
        self, name: JoinName, parcel: bytes, read: Callable[[bytes], JoinVerdict]
    ) -> JoinVerdict:
        """The county's word on a request of this machine; else leave the request.

        Args:
            read: checks an answer; what it raises for is none, and makes room for a right one.

        Raises:
            JoinOnStickError: the request is on the stick now; its answer is still to come.
            StickError: the stick can't be read or written.
        """
        try:
            verdict = read(self.answer(name))
        except (PeerError, StickUnreadableError, FileNotFoundError):
            self.put_ask(name, parcel)
            raise JoinOnStickError(str(self._path)) from None
        if verdict.code:
            self._drop(name, _ANSWER)  # the next try asks anew
        return verdict

    def _names(self) -> dict[str, set[JoinName]]:
        found: dict[str, set[JoinName]] = {kind: set() for kind in _LIMITS}
        with suppress(FileNotFoundError, NotADirectoryError):
            for seen, entry in enumerate(self._scan()):
                if seen >= len(_LIMITS) * MAX_STICK_JOINS:
                    raise StickHostileError(f"more than {MAX_STICK_JOINS} requests to join")
                stem, dot, kind = entry.rpartition(".")
                if dot + kind in found and _STEM.fullmatch(stem):
                    found[dot + kind].add(JoinName(stem))
        return found

    def _scan(self) -> Iterator[str]:
        if self._path.is_symlink():
            raise StickHostileError(f"{self._path} is a link")
        for entry in scan(self._path):
            yield entry.name

    def _written_ns(self, name: JoinName) -> int:
        try:
            return (self._path / f"{name.stem}{_ASK}").stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self, name: JoinName, kind: str) -> bytes:
        return read_plain(self._path / f"{name.stem}{kind}", _LIMITS[kind])

    def _write(self, name: JoinName, kind: str, data: bytes) -> None:
        for folder in (self._path.parent, self._path):
            make_folder(folder)
        target = self._path / f"{name.stem}{kind}"
        growing = GrowingFile(target.with_suffix(".tmp"), target, lambda: None)
        growing.add(data)
        growing.finish()
        sync_folder(self._path)

    def _drop(self, name: JoinName, kind: str) -> None:
        with suppress(OSError):
            (self._path / f"{name.stem}{kind}").unlink(missing_ok=True)
