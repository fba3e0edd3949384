"""Where the files of all tests lie: in memory where there is room, so that none waits for a disk.

A program that syncs still asks for it, and what is lost without it is tried where a power cut is
(``tests/builders/platter.py``); no test is about the disk of the machine on which it runs.
"""

import os
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - files in memory, where there are such
_ROOM_BYTES = 4 << 30  # several times what the tests hold at one moment


def keep_files_in_memory() -> None:
    """Make it the folder of temporary files, also of programs that the tests start.

    Whoever names another one in TMPDIR gets that.
    """
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None  # asked for again


def _has_room() -> bool:
    if not hasattr(os, "ST_NOEXEC") or not _MEMORY.is_dir():
        return False
    found = os.statvfs(_MEMORY)
    runs_programs = not found.f_flag & os.ST_NOEXEC  # some tests write a program and start it
    return runs_programs and found.f_bavail * found.f_frsize >= _ROOM_BYTES
