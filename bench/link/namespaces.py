"""Two network namespaces with a TUN device each; whoever holds the devices is the line.

The namespaces have no name: they live by file descriptors of this process, so nothing of them
outlives it, however it ends. Packets come from TUN devices as IP packets, and no offload joins
them, so their bytes are the bytes of a line.
"""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEW_NET = 0x40000000  # CLONE_NEWNET
_SET_TUN = 0x400454CA  # TUNSETIFF
_TUN, _NO_INFO = 0x0001, 0x1000  # IFF_TUN, IFF_NO_PI
_DEVICE = "line"
_MTU = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One end: a namespace, and the device whose packets are read and written here."""

    address: str
    namespace: int  # file descriptor
    device: int  # file descriptor, not blocking

    @property
    def prefix(self) -> tuple[str, ...]:
        """What starts a command inside."""
        return ("nsenter", f"--net=/proc/{os.getpid()}/fd/{self.namespace}", "--")

    def close(self) -> None:
        """Drop the device and our hold on the namespace."""
        os.close(self.device)
        os.close(self.namespace)


def available() -> bool:
    """Whether namespaces can be made here: it takes root, /dev/net/tun and two common tools."""
    tools = shutil.which("ip") and shutil.which("nsenter")
    if os.geteuid() or not tools or not Path("/dev/net/tun").exists():
        return False
    try:
        os.close(_new_namespace()[0])
    except OSError:
        return False
    return True


def open_sides(child: str, parent: str, *, congestion: str) -> tuple[Side, Side]:
    """A namespace for ``child`` and one for ``parent`` (addresses), joined by nothing yet.

    Args:
        congestion: name of TCP's congestion control on both sides.

    Raises:
        OSError, subprocess.CalledProcessError: it can't be had here.
    """
    sides = _open_side(child), _open_side(parent)
    for mine, other in ((sides[0], sides[1]), (sides[1], sides[0])):
        _inside(mine, f"ip address add {mine.address} peer {other.address} dev {_DEVICE}")
        _inside(mine, f"ip link set {_DEVICE} up mtu {_MTU}")
        _inside(mine, "ip link set lo up")
        route = f"ip route replace {other.address} dev {_DEVICE} src {mine.address}"
        _inside(mine, f"{route} congctl {congestion}")
    return sides


def _open_side(address: str) -> Side:
    namespace, device = _new_namespace(with_device=True)
    return Side(address=address, namespace=namespace, device=device)


def _inside(side: Side, command: str) -> None:
    subprocess.run([*side.prefix, "sh", "-c", command], check=True, capture_output=True)


def _new_namespace(*, with_device: bool = False) -> tuple[int, int]:
    """File descriptors of a new namespace and of a TUN device in it (-1 if not asked for)."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        _check(libc.unshare(_NEW_NET))
        try:
            namespace = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            return namespace, _open_device() if with_device else -1
        finally:
            _check(libc.setns(home, _NEW_NET))
    finally:
        os.close(home)


def _open_device() -> int:
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    request = struct.pack("16sH22x", _DEVICE.encode(), _TUN | _NO_INFO)
    fcntl.ioctl(device, _SET_TUN, request)
    return device


def _check(result: int) -> None:
    if result:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
