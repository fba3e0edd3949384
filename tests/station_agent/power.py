"""A disk and a database connection at which the power goes, or room ends, before a named step."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from station_agent.app import Station
from station_agent.store.disk import Disk
from tests.builders.disks.power import PowerCut


class Fuse:
    """Blows at the first step whose name begins as told; notes every step that is passed."""

    def __init__(self) -> None:
        self.blows_at: str | None = None
        self.failure: BaseException = PowerCut()
        self.passed: list[str] = []

    def step(self, name: str) -> None:
        if self.blows_at is not None and name.startswith(self.blows_at):
            self.blows_at = None
            raise self.failure
        self.passed.append(name)


class FusedDisk(Disk):
    """The real file system behind a fuse."""

    def __init__(self, folder: Path, fuse: Fuse) -> None:
        super().__init__(folder)
        self._fuse, self._data = fuse, folder

    def sync(self, file: IO[bytes]) -> None:
        self._fuse.step(f"sync {self._short(Path(file.name))}")
        super().sync(file)

    def sync_folder(self, folder: Path) -> None:
        self._fuse.step(f"sync folder {self._short(folder)}")
        super().sync_folder(folder)

    def move(self, source: Path, target: Path) -> None:
        self._fuse.step(f"move {self._short(source)}")
        super().move(source, target)

    def append(self, path: Path, data: bytes) -> int:
        self._fuse.step(f"append {self._short(path)}")
        try:
            self._fuse.step("half an append")
        except PowerCut:
            path.parent.mkdir(exist_ok=True)
            with path.open("ab") as file:
                file.write(data[: len(data) // 2])
            raise
        return super().append(path, data)

    def _short(self, path: Path) -> str:
        return next(iter(path.relative_to(self._data).parts), "data")


class FusedConnection:
    """The real connection behind the same fuse: each statement is a step."""

    def __init__(self, connection: sqlite3.Connection, fuse: Fuse) -> None:
        self._connection, self._fuse = connection, fuse

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        self._fuse.step(sql)
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        self._fuse.step(sql)
        return self._connection.executemany(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def fit_fuse(station: Station, fuse: Fuse) -> Callable[[], None]:
    """Put the fuse before the station's database; the call that takes it out again."""
    holder: Any = station.database._connection
    real = holder._connection
    holder._connection = FusedConnection(real, fuse)

    def take_out() -> None:
        holder._connection = real

    return take_out
