"""Locks of files, held until the process ends; the operating system's own.

Source: flock(2); Python's msvcrt where there is no fcntl.
"""

import errno
import os
import sys

from protocol.errors import NoLocksError
from runtime.failures import reason

_HELD_BY_ANOTHER = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})


def take_lock(descriptor: int, name: str) -> bool:
    """Lock an open file; False if another process has it.

    Args:
        name: of the file, for people.

    Raises:
        NoLocksError: this file system can lock nothing, however long one waits.
    """
    try:
        _lock(descriptor)
    except OSError as exc:
        if exc.errno in _HELD_BY_ANOTHER:
            return False
        raise NoLocksError(f"{name}: {reason(exc)}") from None
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
