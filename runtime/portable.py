"""What POSIX has and Windows lacks, under one name each, with another way beside it.

Village PCs run Windows, UOS and Kylin: runtime and station_agent use nothing that exists on POSIX
only but through here, or where its absence is looked for. tests/system/disks/test_portable.py
runs a station without all of it.
"""

import asyncio
import errno
import os
import signal
import tempfile
from pathlib import Path
from typing import BinaryIO

PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""For os.open: a child process does not inherit it, and no system changes line ends in it."""

NO_LINK = PLAIN | getattr(os, "O_NOFOLLOW", 0)
"""For os.open: as PLAIN, and a link is not followed where that can be asked for."""

NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""For os.open: a pipe holds nobody up."""

_ZEROS_BYTES = 1 << 20  # written at once
_WRITE_PROTECTED = 19  # ERROR_WRITE_PROTECT of winerror.h


def reserve(file: BinaryIO, size: int) -> None:
    """Take ``size`` bytes of the disk for a new, empty file, so that a full disk is seen now.

    Raises:
        OSError: there is no room.
    """
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    zeros = bytes(_ZEROS_BYTES)
    file.writelines(zeros[: size - start] for start in range(0, size, len(zeros)))
    file.flush()
    file.seek(0)


def is_read_only(folder: Path) -> bool:
    """Whether the file system below ``folder`` takes no changes from anybody."""
    if hasattr(os, "statvfs"):
        return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return False
    except OSError as exc:
        return exc.errno == errno.EROFS or getattr(exc, "winerror", 0) == _WRITE_PROTECTED


def folder_is_read_only(folder: Path) -> bool:
    """The same without trying: where the system can't be asked, it is taken to be writable."""
    return hasattr(os, "statvfs") and is_read_only(folder)


def stop_on_signals(stop: asyncio.Event) -> None:
    """Set ``stop`` when the process is told to end. Call it in the main thread, in a loop."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):  # the last is what Windows services get
        number = getattr(signal, name, None)
        if number is None:
            continue
        try:
            loop.add_signal_handler(number, stop.set)
        except (AttributeError, NotImplementedError):  # not of this loop
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
