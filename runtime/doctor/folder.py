"""What is wrong with a data folder and with the process that owns it, seen from outside."""

import asyncio
import errno
import os
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from protocol.errors import (
    DamagedError,
    InUseError,
    NewerStoreError,
    NotJoinedError,
    OwnerStoppedError,
    StoreError,
    UsageError,
    YizhanError,
)
from protocol.json_values import from_json
from runtime.cli.command import silent
from runtime.control.calls import Call, Nothing
from runtime.control.owner import CONTROL, call, is_owned
from runtime.doctor.finding import Found
from runtime.doctor.frozen import check, frozen

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SEALED = "blobs"  # ciphertext, a great many: their folder shuts them off
_BESIDE = ("blobs", "journal")  # made after the database was
_ANSWER_S = 60.0  # of a program that checks its database meanwhile

Inside = Callable[[sqlite3.Connection], Iterable[Found]]


def rights(data: Path) -> Iterator[Found]:
    """Files that others can read, and files of another account: the first of each, how many."""
    owner = data.stat().st_uid
    open_, foreign = [], []
    for path, seen in _everything(data):
        if hasattr(os, "fchmod") and seen.st_mode & _FOR_OTHERS and not stat.S_ISLNK(seen.st_mode):
            open_.append(path)
        if seen.st_uid != owner:
            foreign.append(path)
    for code, paths in (("folder.open-to-others", open_), ("folder.other-owner", foreign)):
        if paths:
            yield Found(code, f"{paths[0]}（共 {len(paths)}）")


def left_behind(data: Path, databases: Sequence[str]) -> Iterator[Found]:
    """What a process that ended by force has left."""
    if (data / CONTROL).exists():
        yield Found("program.left-behind")
    for name in databases:
        log = data / f"{name}-wal"
        if log.exists() and log.stat().st_size:
            yield Found("database.wal-left", log.name)


def database(path: Path, newest: int | None, inside: Inside) -> Iterator[Found]:
    """A database that no process has open.

    Args:
        newest: the highest ``user_version`` that this program knows; None: kept otherwise.
        inside: looks at what is in it.
    """
    if not path.exists() or not path.stat().st_size:
        return
    try:
        with frozen(path) as connection:
            damaged = list(check(connection))
            yield from damaged
            if damaged:
                return
            held = connection.execute("PRAGMA user_version").fetchone()[0]
            if newest is not None and held > newest:
                yield Found("database.newer", f"{held} > {newest}")
            elif newest is None or held == newest:
                yield from inside(connection)
            elif held:
                yield Found("database.older", f"{held} < {newest}")
    except NewerStoreError as exc:
        yield Found("database.newer", exc.detail)
    except DamagedError as exc:
        yield of_error(exc)
    except StoreError:
        yield Found("database.not-checked", path.name)
    except sqlite3.DatabaseError as exc:
        yield Found("database.damaged", str(exc)[:100])


def missing(data: Path, name: str) -> Iterator[Found]:
    """A database that is gone while what belongs to it is here."""
    path = data / name
    if any((data / beside).exists() for beside in _BESIDE) and not (
        path.exists() and path.stat().st_size
    ):
        yield Found("database.missing", name)


def port(host: str, number: int) -> Iterator[Found]:
    """Whether another program has the port that this one will want."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, number))
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE:
                yield Found("port.taken", f"{host}:{number}")


def of_error(exc: YizhanError) -> Found:
    """The fault that an error of opening the folder means."""
    kinds: tuple[tuple[type[YizhanError], str], ...] = (
        (NotJoinedError, "folder.not-joined"),
        (UsageError, "settings.unreadable"),
        (DamagedError, "identity.damaged"),
    )
    for kind, code in kinds:
        if isinstance(exc, kind):
            return Found(code, exc.detail[:200])
    raise exc


async def ask_owner(data: Path, asked: Call[Nothing, list[Found]]) -> list[Found] | None:
    """What the process that owns ``data`` says; None if no process does."""
    if not is_owned(data):
        return None
    try:
        async with asyncio.timeout(_ANSWER_S):
            answered = await call(data, asked.name, {}, silent)
    except (InUseError, OwnerStoppedError, TimeoutError):
        return [Found("program.no-answer")] if is_owned(data) else None
    return from_json(answered, asked.gives)


def _everything(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        try:
            seen = entry.stat(follow_symlinks=False)
        except OSError:  # gone meanwhile
            continue
        yield Path(entry.path), seen
        if stat.S_ISDIR(seen.st_mode) and entry.name != _SEALED:
            yield from _everything(Path(entry.path))
