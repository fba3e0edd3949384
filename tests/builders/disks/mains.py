"""The power of a machine: each of its steps towards the disk has a name, and can be the last.

Inside :meth:`Mains.boot` everything that the product does through Python to the files below
``root`` (open for writing, sync, rename, unlink, ...) and every writing statement that it gives
to SQLite is a step. While :meth:`Mains.armed`, steps are noted, and the power goes before or after
the one that a test names. From then on the machine is dead: whatever it tries raises, so no
clean-up tidies away what a cut leaves; and its folder becomes what was left on the platter.
"""

import builtins
import io
import os
import re
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from tests.builders.disks.platter import Loss, Platter, replace_folder
from tests.builders.disks.power import PowerCut

_PROJECT = Path(__file__).parents[3]
_PACKAGES = ("central", "protocol", "provisioning", "runtime", "station_agent")
PRODUCT = tuple(f"{_PROJECT}/{name}/" for name in _PACKAGES)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_BY_PATH = ("unlink", "remove", "mkdir", "rmdir")
_BY_TWO_PATHS = ("replace", "rename", "link")
_STATEMENT = re.compile(
    r"(?:\s*--[^\n]*\n)*\s*((?:INSERT(?: /\*[^*]*\*/)?(?: OR \w+)? INTO"
    r"|UPDATE(?: /\*[^*]*\*/)?|DELETE(?: /\*[^*]*\*/)? FROM"
    r"|CREATE (?:UNIQUE )?\w+|DROP \w+|ALTER TABLE"
    r"|PRAGMA user_version =)\W*\w+|PRAGMA wal_checkpoint|COMMIT)",
    re.IGNORECASE,
)
_SYNCS = re.compile(r"COMMIT|PRAGMA wal_checkpoint", re.IGNORECASE)
_FULL = 2  # what PRAGMA synchronous says where each commit is synced
_IDS = re.compile(r"[0-9a-f]{16,}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step towards the disk, and the function of the product that makes it."""

    name: str
    where: str  # file:function; empty where a library's thread does it

    def __str__(self) -> str:
        return f"{self.name} ({self.where})" if self.where else self.name


@dataclass(kw_only=True)
class Mains:
    """The supply of the machine whose files lie below ``root``."""

    root: Path
    cut: int | None = None  # number of the step at which the power goes; None: at no step
    after: bool = False  # after that step, not before it; without a number: once all is done
    loss: Loss = Loss.ALL
    steps: list[Step] = field(default_factory=list)
    dead: bool = False
    told: bool = False  # whether somebody heard that it was done
    _counting: bool = False
    _platter: Platter | None = None
    _lock: "threading.RLock" = field(default_factory=threading.RLock)

    @contextmanager
    def boot(self) -> Iterator[None]:
        """Around all that the machine does; nobody hears how it ended if the power went."""
        self._platter = Platter(self.root)
        try:
            with ExitStack() as stack:
                for target, name, hook in _hooks(self):
                    stack.enter_context(mock.patch.object(target, name, hook))
                try:
                    yield
                except BaseException:
                    if not self.dead:
                        raise
        finally:
            self._platter.close()
        if self.dead:
            replace_folder(self.root, self._left)

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Steps count from here to the end of the block."""
        self._counting = True
        try:
            yield
            self.told = True
            if self.after and self.cut is None:
                self._die()
        finally:
            self._counting = False

    @property
    def platter(self) -> Platter:
        if self._platter is None:
            raise RuntimeError("not booted")
        return self._platter

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Around one step; a dead machine makes none."""
        with self._lock:
            if self.dead:
                raise PowerCut
            number = len(self.steps)
            if self._counting:
                if number == self.cut and not self.after:
                    self._die()
                self.steps.append(Step(name, _caller()))
        try:
            yield
        finally:
            with self._lock:
                if self._counting and number == self.cut and self.after and not self.dead:
                    self._die()

    def mine(self, path: object) -> str | None:
        """The name of a path below ``root`` as steps have it; None for any other."""
        if not isinstance(path, (str, os.PathLike)):
            return None
        whole = Path(os.path.abspath(path))  # noqa: PTH100 - no link is followed
        if not whole.is_relative_to(self.root):
            return None
        return _IDS.sub("*", str(whole.relative_to(self.root)))

    @property
    def _left(self) -> Path:
        return self.root.with_name(f"{self.root.name}-left")

    def _die(self) -> None:
        self.dead = True
        self.platter.image(self._left, self.loss)
        raise PowerCut


def _caller() -> str:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        name = frame.f_code.co_filename
        if name.startswith(PRODUCT):
            return f"{Path(name).relative_to(_PROJECT)}:{frame.f_code.co_name}"
    return ""


def _hooks(mains: Mains) -> Iterator[tuple[object, str, Callable[..., Any]]]:
    for name in _BY_PATH:
        yield os, name, _by_path(mains, getattr(os, name))
    for name in _BY_TWO_PATHS:
        yield os, name, _by_two_paths(mains, getattr(os, name))
    for name in ("fsync", "fdatasync"):
        yield os, name, _sync(mains, getattr(os, name))
    yield os, "ftruncate", _truncate(mains, os.ftruncate)
    yield os, "open", _os_open(mains, os.open)
    for module in (io, builtins):
        yield module, "open", _open(mains, io.open)
    yield sqlite3, "connect", _connect(mains, sqlite3.connect)


def _by_path(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(path: Any, *args: Any, dir_fd: int | None = None, **more: Any) -> Any:
        whole = path if dir_fd is None else f"{_path_of(dir_fd)}/{os.fsdecode(path)}"
        if (name := mains.mine(whole)) is None:
            return real(path, *args, dir_fd=dir_fd, **more)
        with mains.step(f"{real.__name__} {name}"):
            return real(path, *args, dir_fd=dir_fd, **more)

    return hook


def _by_two_paths(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(source: Any, target: Any, *args: Any, **more: Any) -> Any:
        if (name := mains.mine(target)) is None:
            return real(source, target, *args, **more)
        with mains.step(f"{real.__name__} to {name}"):
            return real(source, target, *args, **more)

    return hook


def _sync(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        if (name := mains.mine(_path_of(number))) is None:
            real(descriptor)
            return
        with mains.step(f"sync {name}"):
            mains.platter.synced(number)  # stands for the real sync, which would take its time

    return hook


def _truncate(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(descriptor: int, size: int) -> None:
        with mains.step(f"truncate {mains.mine(_path_of(descriptor))}"):
            real(descriptor, size)

    return hook


def _os_open(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(path: Any, flags: int, *args: Any, **more: Any) -> Any:
        name = mains.mine(path) if flags & _WRITING else None
        if name is None:
            return real(path, flags, *args, **more)
        with mains.step(f"open {name}"):
            return real(path, flags, *args, **more)

    return hook


def _open(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(file: Any, mode: str = "r", *args: Any, **more: Any) -> Any:
        name = mains.mine(file) if set(mode) & set("wax+") else None
        if name is None:
            return real(file, mode, *args, **more)
        with mains.step(f"open {name}"):
            return real(file, mode, *args, **more)

    return hook


def _connect(mains: Mains, real: Callable[..., Any]) -> Callable[..., Any]:
    def hook(database: Any, *args: Any, **more: Any) -> Any:
        if mains.mine(database) is None:
            return real(database, *args, **more)
        kind = more.pop("factory", sqlite3.Connection)
        connection = real(database, *args, factory=_in_steps(_Connection, kind), **more)
        connection.mains, connection.path = mains, Path(database)
        return connection

    return hook


@cache
def _in_steps(steps: type, kind: type) -> Any:
    """``kind`` of a connection or cursor, whose writing statements are steps."""
    return type(kind.__name__, (steps, kind), {})


def _path_of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


class _Connection(sqlite3.Connection):
    """The real one; its writing statements are steps."""

    mains: Mains
    path: Path

    def cursor(self, factory: Any = None) -> Any:
        kind = factory or getattr(self, "_kind", sqlite3.Cursor)  # as central.store.cursor says
        return sqlite3.Connection.cursor(self, _in_steps(_Cursor, kind))

    def execute(self, sql: str, *args: Any) -> Any:
        return self.cursor().execute(sql, *args)

    def executemany(self, sql: str, *args: Any) -> Any:
        return self.cursor().executemany(sql, *args)

    def executescript(self, sql: str) -> Any:
        return self.cursor().executescript(sql)

    def commit(self) -> None:
        if self.in_transaction:
            with self.step("COMMIT"):
                super().commit()

    def close(self) -> None:
        super().close()
        if not self.mains.dead and self.path.exists():
            self.mains.platter.database_synced(self.path)

    def backup(self, target: sqlite3.Connection, **more: Any) -> None:
        if not isinstance(target, _Connection):
            super().backup(target, **more)
            return
        with target.step("copy a database"):
            super().backup(target, **more)

    @contextmanager
    def step(self, sql: str) -> Iterator[None]:
        if self.mains.dead:
            raise PowerCut
        found = _STATEMENT.match(sql)
        name = found.group(1) if found else sql if sql.startswith("copy") else ""
        if not name:
            yield
            return
        with self.mains.step(f"{self.mains.mine(self.path)}: {' '.join(name.split())}"):
            yield
            if (_SYNCS.match(name) or not found) and self._is_synced():
                self.mains.platter.database_synced(self.path)

    def _is_synced(self) -> bool:
        row = sqlite3.Connection.execute(self, "PRAGMA synchronous").fetchone()
        return bool(row[0] == _FULL)


class _Cursor(sqlite3.Cursor):
    connection: _Connection

    def execute(self, sql: str, *args: Any) -> Any:
        with self.connection.step(sql):
            return super().execute(sql, *args)

    def executemany(self, sql: str, *args: Any) -> Any:
        with self.connection.step(sql):
            return super().executemany(sql, *args)

    def executescript(self, sql: str) -> Any:
        with self.connection.step("CREATE TABLE script"):
            return super().executescript(sql)
