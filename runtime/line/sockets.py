"""TCP options for lines that come and go: a dead connection is given up in seconds.

Left alone, TCP repeats into a dead line for a quarter of an hour, with longer and longer pauses;
a line that is back is then not noticed for a minute or more. What a system does not know is left
out: there the exchange itself notices, later.

Source: docs/protocol.md section 8.7.
"""

import socket
import sys
from contextlib import suppress
from typing import TypeAlias

DEAD_S = 8  # unanswered repeats before a connection is given up: twice a full queue at 64 kbit/s
_WINDOWS_MAXRT = 5  # TCP_MAXRT of ws2ipdef.h, in seconds; Python has no name for it

AddressInfo: TypeAlias = tuple[
    int, int, int, str, tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
]


def calling_socket(info: AddressInfo) -> socket.socket:
    """A socket for a call to the address of ``info`` (one result of getaddrinfo)."""
    made = socket.socket(info[0], info[1], info[2])
    notice_death(made)
    return made


def notice_death(made: socket.socket) -> None:
    """Let TCP give up after ``DEAD_S``; a listening socket hands this on to what it accepts."""
    with suppress(OSError):
        if sys.platform == "win32":
            made.setsockopt(socket.IPPROTO_TCP, _WINDOWS_MAXRT, DEAD_S)
        elif hasattr(socket, "TCP_USER_TIMEOUT"):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_S * 1000)


def answer_with_acks(made: socket.socket) -> None:
    """Let acknowledgements go with the data that follow soon; said anew for each exchange.

    After a silence Linux acknowledges every segment at once, in a packet of its own of 52 bytes.
    """
    with suppress(OSError):
        if hasattr(socket, "TCP_QUICKACK"):
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
