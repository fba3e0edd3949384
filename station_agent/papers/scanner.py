"""The folder into which a scanner writes: its files are offered, and taken when they stand still.

A file goes only after its page is on disk here, and only if it is still what was read: a power cut
or a full disk costs no scan.

Source: docs/operations.md, "The desk".
"""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from protocol.errors.scans import ScanFolderError, ScanGrowingError, ScanLargeError
from protocol.ports import Clock
from runtime.cli.failures import reason
from runtime.disk.given_files import open_plain
from station_agent.papers.limits import MAX_SOURCE_BYTES, MIB

STILL_S = 2.0  # a file that has not changed for so long is taken as whole
_SHOWN = 20
_ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".pdf")
_READ_BYTES = 64 * 1024
_NS_PER_MS = 1_000_000

Add = Callable[[AsyncIterable[bytes]], Awaitable[str]]
"""Takes in a page; on disk when it returns."""


class _State(NamedTuple):
    size: int
    changed_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A file that a scanner has written."""

    id: str  # its name in hex: a name may be in any encoding
    name: str
    size: int
    at_ms: int  # by the local clock


@dataclass(slots=True, kw_only=True)
class ScannerFolder:
    """Of one station."""

    folder: Path | None  # None: this station has none
    clock: Clock
    _seen: dict[str, tuple[_State, float]] = field(default_factory=dict)  # by name; ticks

    async def offered(self) -> list[Scan]:
        """What lies there, the newest first, twenty at most.

        Raises:
            ScanFolderError: the folder can't be read.
        """
        if self.folder is None:
            return []
        found = await asyncio.to_thread(_states, self.folder)
        now_s = self.clock.ticks_s()
        before = self._seen
        self._seen = {
            name: before[name] if before.get(name, (None, 0.0))[0] == state else (state, now_s)
            for name, state in found.items()
        }
        newest = sorted(found.items(), key=lambda one: one[1].changed_ns, reverse=True)
        return [_scan(name, state) for name, state in newest[:_SHOWN]]

    async def take(self, scan: str, add: Add) -> str:
        """Take in one of them by ``add``, and remove it; the page.

        Raises:
            ScanGrowingError: it is still being written, or gone.
            ScanError, DiskFullError: as ``add``; the file stays.
        """
        path = await self._path(scan)
        state = await self._still(path)
        page = await add(_pieces(path, state.size))
        await asyncio.to_thread(_remove, path, state)
        return page

    async def _path(self, scan: str) -> Path:
        offered = {one.id for one in await self.offered()}
        if self.folder is None or scan not in offered:
            raise ScanGrowingError
        return self.folder / os.fsdecode(bytes.fromhex(scan))

    async def _still(self, path: Path) -> _State:
        """What it is, once that has not changed for a while."""
        state, since_s = self._seen[path.name]
        left_s = STILL_S - (self.clock.ticks_s() - since_s)
        if left_s > 0:
            await self.clock.sleep(left_s)
        if not state.size or await asyncio.to_thread(_state, path) != state:
            raise ScanGrowingError
        if state.size > MAX_SOURCE_BYTES:
            raise ScanLargeError(f"{MAX_SOURCE_BYTES // MIB} MB")
        return state


def _states(folder: Path) -> dict[str, _State]:
    try:
        with os.scandir(folder) as found:
            return {
                one.name: state
                for one in found
                if one.name.lower().endswith(_ENDINGS)
                and not one.name.startswith(".")
                and one.is_file(follow_symlinks=False)
                and (state := _state(Path(one.path))) is not None
            }
    except OSError as exc:
        raise ScanFolderError(f"{folder}：{reason(exc)}") from None


def _state(path: Path) -> _State | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return _State(found.st_size, found.st_mtime_ns)


def _scan(name: str, state: _State) -> Scan:
    return Scan(
        id=os.fsencode(name).hex(),
        name=name.encode("utf-8", "replace").decode(),
        size=state.size,
        at_ms=state.changed_ns // _NS_PER_MS,
    )


async def _pieces(path: Path, size: int) -> AsyncIterator[bytes]:
    """Exactly so many bytes. Raises ScanGrowingError if there are others."""
    try:
        file = await asyncio.to_thread(open_plain, path)
        with file:
            while piece := await asyncio.to_thread(file.read, _READ_BYTES):
                size -= len(piece)
                yield piece
    except OSError:
        raise ScanGrowingError from None
    if size:
        raise ScanGrowingError


def _remove(path: Path, state: _State) -> None:
    """If it is what was read; one that can't be removed is the same page when it is taken again."""
    with suppress(OSError):
        if _state(path) == state:
            path.unlink()
