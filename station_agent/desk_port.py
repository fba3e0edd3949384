"""The desk's port: found free once and kept in ``station.toml``, since the camera hangs on it.

Browsers give a permission to an origin, and the port is part of that.

Source: docs/operations.md, "The desk".
"""

import socket
from pathlib import Path

from protocol.errors.desk import DeskPortError
from protocol.ports import Randomness
from runtime.disk.files import write_private
from station_agent.config import FILE, StationConfig
from station_agent.desk.door import HOST

_FIRST, _COUNT = 20_000, 12_000  # below those that systems give to outgoing connections
_TRIES = 100


def keep_port(data: Path, randomness: Randomness) -> int:
    """The port in the settings of ``data``; if there is none, one that is free now, for good.

    Raises:
        UsageError: the settings can't be read.
        DeskPortError: none is free.
        DiskFullError, StoreError: it can't be kept.
    """
    kept = StationConfig.load(data).desk_port
    if kept is not None:
        return kept
    port, path = _free(randomness), data / FILE
    before = path.read_bytes() if path.exists() else b""
    line = f"desk_port = {port}  # of the clerk's desk; the camera's permission hangs on it\n"
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    write_private(path, mark + line.encode() + before[len(mark) :])
    return port


def _free(randomness: Randomness) -> int:
    for _ in range(_TRIES):
        port = _FIRST + int.from_bytes(randomness.token(4), "big") % _COUNT
        with socket.socket() as tried:
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
            return port
    raise DeskPortError(f"{_FIRST}–{_FIRST + _COUNT - 1}")
