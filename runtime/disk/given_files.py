"""Files that a person names: read if they are plain files, whatever else lies under the name.

A pipe would let a program wait for ever, and a device has no end. Source: docs/errors.md.
"""

import os
import stat
from io import BufferedReader
from pathlib import Path

from protocol.errors import FileUnreadableError

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # also for a pipe


def open_plain(path: Path) -> BufferedReader:
    """``path``, open for reading in bytes.

    Raises:
        FileUnreadableError: it is a pipe, a device or a socket.
        OSError: it is a folder, or can't be opened.
    """
    file = os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb")  # a folder is refused here
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise FileUnreadableError(f"{path}：不是普通文件（管道或设备），请先另存为文件")
    return file
