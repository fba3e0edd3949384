"""Requests to join and their answers, as files beside the bags of a stick.

::

    FOLDER/yizhan/join/<node>-<request>.ask   what the new node asks: a JoinParcel
    FOLDER/yizhan/join/<node>-<request>.yes   the authority's answer to it
    FOLDER/yizhan/join/<node>-<request>.no    or a refusal in words

``<request>`` is the beginning of the request's hash: an answer is for one request only. All calls
block; run them in a thread.

Source: docs/protocol.md section 11.1.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from protocol.errors import JoinOnStickError, StickHostileError
from protocol.ids import NodeId
from protocol.limits import MAX_JOIN_ANSWER_BYTES, MAX_JOIN_BYTES, MAX_STICK_JOINS
from protocol.refusal import read_refusal
from runtime.files import sync_folder
from runtime.sticks.folder import named, read_plain, scan, stick_root
from runtime.sticks.growing import GrowingFile, make_folder

JOIN = "join"
_ASK, _ANSWER, _NO = ".ask", ".yes", ".no"
_STEM = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}")
_HASH_BYTES = 8
_LIMITS = {_ASK: MAX_JOIN_BYTES, _ANSWER: MAX_JOIN_ANSWER_BYTES, _NO: 4096}


@dataclass(frozen=True, slots=True, order=True)
class JoinName:
    """One request, whichever of its files is meant."""

    stem: str

    @classmethod
    def of(cls, node: NodeId, request_hash: bytes) -> "JoinName":
        """The name for the request with this hash."""
        return cls(f"{node}-{request_hash[:_HASH_BYTES].hex()}")

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

    def asked(self) -> list[JoinName]:
        """Requests that have no answer here."""
        names = self._names()
        return sorted(names[_ASK] - names[_ANSWER] - names[_NO])

    def answered(self) -> list[JoinName]:
        """Requests whose answer, yes or no, is here."""
        names = self._names()
        return sorted(names[_ANSWER] | names[_NO])

    def ask(self, name: JoinName) -> bytes:
        """The request's bytes; raises StickError, TooLargeError."""
        return self._read(name, _ASK)

    def put_ask(self, name: JoinName, parcel: bytes) -> None:
        """Leave a request, in place of an earlier refusal."""
        self._drop(name, _NO)
        self._write(name, _ASK, parcel)

    def put_answer(self, name: JoinName, answer: bytes) -> None:
        """Leave the authority's answer."""
        self._drop(name, _NO)
        self._write(name, _ANSWER, answer)

    def put_refusal(self, name: JoinName, refusal: bytes) -> None:
        """Leave a refusal."""
        self._write(name, _NO, refusal)

    def drop(self, name: JoinName) -> None:
        """Forget a request and its answer."""
        for kind in _LIMITS:
            self._drop(name, kind)

    def copy_answer(self, name: JoinName, to: "JoinFolder") -> None:
        """Hand an answer on as it is."""
        kind = _ANSWER if (self._path / f"{name.stem}{_ANSWER}").is_file() else _NO
        to._write(name, kind, self._read(name, kind))  # noqa: SLF001 - the same class

    def exchange(self, name: JoinName, parcel: bytes) -> bytes:
        """The answer to a request of this machine; else leave the request.

        Raises:
            JoinOnStickError: the request is on the stick now; its answer is still to come.
            RefusedError: the county refused it, in words; the next try asks anew.
            StickError: the stick can't be read or written.
        """
        names = self._names()
        if name in names[_ANSWER]:
            return self._read(name, _ANSWER)
        if name in names[_NO]:
            error, _ = read_refusal(self._read(name, _NO), None)
            self._drop(name, _NO)
            raise error
        self.put_ask(name, parcel)
        raise JoinOnStickError(str(self._path))

    def _names(self) -> dict[str, set[JoinName]]:
        found: dict[str, set[JoinName]] = {kind: set() for kind in _LIMITS}
        with suppress(FileNotFoundError, NotADirectoryError):
            for seen, entry in enumerate(self._scan()):
                if seen >= len(_LIMITS) * MAX_STICK_JOINS:
                    raise StickHostileError(f"more than {MAX_STICK_JOINS} requests to join")
                path = Path(entry)
                if path.suffix in found and _STEM.fullmatch(path.stem):
                    found[path.suffix].add(JoinName(path.stem))
        return found

    def _scan(self) -> Iterator[str]:
        if self._path.is_symlink():
            raise StickHostileError(f"{self._path} is a link")
        for entry in scan(self._path):
            yield entry.name

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
