"""Telling systemd that a service is ready, by hand: one datagram, and no library.

Source: sd_notify(3), "NOTIFY_SOCKET".
"""

import os
import socket
from collections.abc import Callable, Mapping

VARIABLE = "NOTIFY_SOCKET"
READY = b"READY=1\n"


def say_ready(env: Mapping[str, str]) -> bool:
    """Tell whoever started this process that it is; False: nobody wants to know, or is gone."""
    address = env.get(VARIABLE, "")
    if not address.startswith(("/", "@")) or not hasattr(socket, "AF_UNIX"):
        return False
    if address.startswith("@"):  # a name that is no file
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as said:
            said.sendto(READY, address)
    except OSError:
        return False
    return True


def and_say_ready(told: Callable[[str], object]) -> Callable[[str], None]:
    """``told``, and then whoever started this process."""

    def ready(url: str) -> None:
        told(url)
        say_ready(os.environ)

    return ready
