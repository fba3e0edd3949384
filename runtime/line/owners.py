"""Which user's program is at the other end of a connection on this machine.

Linux says so in ``/proc/net/tcp``. Elsewhere (Windows) psutil asks the system for the process; one
of another user is not opened for us, and then it is somebody else's.

Source: docs/security.md, "The desk".
"""

import socket
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
UNKNOWN = ""  # this system can't tell
ANOTHER = "?"  # a user whose programs we may not look at
_ESTABLISHED = "01"
Address = tuple[str, int]


def owner_of(peer: Address, own: Address) -> str | None:
    """A name for the user whose program connected from ``peer`` to ``own``; reads files.

    The same user has the same name each time. None: whoever it was has closed the connection.
    """
    if any(table.exists() for table in TABLES):
        texts = [table.read_text("ascii") for table in TABLES if table.exists()]
        return owner_in(texts, peer, own)
    return owner_by_process(peer) if find_spec("psutil") else UNKNOWN


def owner_in(tables: Iterable[str], peer: Address, own: Address) -> str | None:
    """As :func:`owner_of`, by the text of the tables of a Linux."""
    ends = _written(peer), _written(own)
    for line in (line for table in tables for line in table.splitlines()[1:]):
        fields = line.split()
        both = zip(fields[1:3], ends, strict=True)
        if fields[3] == _ESTABLISHED and all(field.endswith(end) for field, end in both):
            return fields[7]  # uid of whoever opened the socket; of a closed one it would be 0
    return None


def owner_by_process(peer: Address) -> str | None:
    """As :func:`owner_of`, by the process that has the other end."""
    import psutil  # noqa: PLC0415 - where nothing lighter tells

    try:
        pids = [one.pid for one in psutil.net_connections("tcp") if one.laddr == peer]
        if not pids:
            return None
        return psutil.Process(pids[0]).username() if pids[0] else ANOTHER
    except psutil.NoSuchProcess:
        return None
    except psutil.Error:
        return ANOTHER


def _written(address: Address) -> str:
    """How a table writes it: four bytes from behind, and the port; IPv6 has more in front."""
    host, port = address
    return f"{socket.inet_aton(host)[::-1].hex().upper()}:{port:04X}"
