"""What the system, SQLite and Python say when they fail, in this project's words.

Adapters map the failures that they expect. Whatever gets past them ends here, at the start of a
program and at the control socket, so that no traceback reaches a person.

Source: docs/errors.md; docs/operations.md, "When a program itself fails".
"""

import errno
import json
import os
import sqlite3
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

from protocol.errors import (
    DamagedError,
    DiskFullError,
    FileTooLargeError,
    FileUnreadableError,
    ForbiddenError,
    InternalError,
    InUseError,
    LineError,
    ReadOnlyError,
    StoreError,
    UsageError,
    YizhanError,
)
from protocol.ports import Clock
from runtime.disk.space import room_of
from runtime.portable import NO_LINK

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_NO_FILE = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EEXIST}
)
_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中间有一段不是文件夹",
    errno.ENAMETOOLONG: "名字太长",
    errno.EEXIST: "已有同名的文件",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.ELOOP: "这是链接，不是文件",
    errno.ENOLCK: "不能给文件加锁",
    errno.EIO: "磁盘读写出错",
    errno.EADDRINUSE: "端口已被别的程序占用（也许本程序已经在运行）；请停掉它，或换一个端口",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}
_NO_LINE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL})
_DATABASE: Mapping[str, type[YizhanError]] = {  # by how SQLite's name of the failure begins
    "SQLITE_FULL": DiskFullError,
    "SQLITE_NOTADB": DamagedError,
    "SQLITE_CORRUPT": DamagedError,
    "SQLITE_BUSY": InUseError,
    "SQLITE_LOCKED": InUseError,
    "SQLITE_READONLY": ReadOnlyError,
    "SQLITE_PERM": ForbiddenError,
    "SQLITE_TOOBIG": UsageError,
    "SQLITE_IOERR_SHMSIZE": DiskFullError,  # before what it begins with: no room beside the file
    "SQLITE_IOERR": StoreError,
    "SQLITE_CANTOPEN": StoreError,
    "SQLITE_NOMEM": StoreError,
}
_ENCODING = "文字的编码不对，请用 UTF-8（或本机终端的编码）重新输入、另存"
_PYTHON: Mapping[type[Exception], Callable[[], YizhanError]] = {
    UnicodeError: lambda: UsageError(_ENCODING),
    OverflowError: lambda: UsageError("数目太大"),
    MemoryError: lambda: StoreError("内存不足"),
}
_LOG_BYTES = 1024 * 1024  # then it begins anew
_FRAMES = 12


def in_words(exc: BaseException) -> YizhanError:
    """The error of this project's tree that says what ``exc`` is."""
    if isinstance(exc, YizhanError):
        return exc
    if isinstance(exc, BaseExceptionGroup):
        return in_words(exc.exceptions[0])
    if isinstance(exc, OSError):
        return of_system(exc)
    within = getattr(exc, "orig", None)  # what SQLAlchemy wraps
    if isinstance(within, BaseException):
        return in_words(within)
    found = of_database(exc) if isinstance(exc, sqlite3.Error) else _of_python(exc)
    return found or InternalError(place_of(exc))


def reason(exc: OSError) -> str:
    """Why the system refused, in words; in the system's own where nobody here knows them."""
    return _REASONS.get(exc.errno or 0) or exc.strerror or str(exc)


def of_system(exc: OSError) -> YizhanError:
    """What the operating system means; the detail names the file."""
    detail = "：".join(str(part) for part in (exc.filename, reason(exc)) if part)
    if isinstance(exc, ConnectionError | TimeoutError) or exc.errno in _NO_LINE:
        return LineError(detail)
    if exc.errno == errno.EFBIG:
        return FileTooLargeError(detail)
    if exc.errno in DISK_FULL:
        return DiskFullError(_files_left(exc.filename) or detail)
    if exc.errno == errno.EROFS:
        return ReadOnlyError(detail)
    if exc.errno in _FORBIDDEN:
        return ForbiddenError(detail)
    return FileUnreadableError(detail) if exc.errno in _NO_FILE else StoreError(detail)


def _files_left(name: object) -> str:
    """Words about a disk that holds no more files; empty if it is short of bytes."""
    try:
        room = room_of(Path(os.fsdecode(name)).absolute().parent)  # type: ignore[arg-type]
    except (OSError, TypeError, ValueError):
        return ""
    return room.in_words() if room.files_free == 0 else ""


def of_database(exc: sqlite3.Error) -> YizhanError | None:
    """What SQLite means; None for a mistake of the program, such as wrong SQL."""
    name: str = getattr(exc, "sqlite_errorname", "")
    detail = f"{name}: {exc}"
    if name == "SQLITE_IOERR_WRITE" and (limit := _file_limit()):  # SQLite does not tell EFBIG
        return FileTooLargeError(f"{limit} B, {detail}")
    for start, kind in _DATABASE.items():
        if name.startswith(start):
            return kind(detail)
    return None


def _file_limit() -> int:
    """Bytes that a file of this process may have; 0: any number."""
    try:
        import resource  # noqa: PLC0415 - Windows has none, and no such limit
    except ImportError:
        return 0
    soft, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return 0 if soft == resource.RLIM_INFINITY else soft


def _of_python(exc: BaseException) -> YizhanError | None:
    """What input can bring about in Python itself; None for a mistake of the program."""
    if isinstance(exc, ValueError) and "null" in str(exc):  # open() and stat() say it so
        return UsageError("名称或文字里有看不见的空字符（NUL），请删去")
    for kind, words in _PYTHON.items():
        if isinstance(exc, kind):
            return words()
    return None


def place_of(exc: BaseException) -> str:
    """Kind of exception, and the line that raised it: never its text, which may be personal."""
    frames = traceback.extract_tb(exc.__traceback__)
    where = f" {_short(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return type(exc).__name__ + where


def record(exc: BaseException, *, env: Mapping[str, str], clock: Clock) -> Path | None:
    """Add where ``exc`` came from to the log of errors; the log, or None if none can be kept."""
    frames = [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(exc.__traceback__)[-_FRAMES:]
    ]
    line = {"at_ms": clock.now_ms(), "error": type(exc).__name__, "frames": frames}
    path = _log(env)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        how = os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_LINK
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            how |= os.O_TRUNC
        descriptor = os.open(path, how, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
    except OSError:
        return None
    return path


def _log(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_STATE_HOME") or env.get("LOCALAPPDATA")
    base = Path(home) if home else Path(env.get("HOME") or "/nonexistent") / ".local" / "state"
    return base / "yizhan" / "errors.log"


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-3:])
