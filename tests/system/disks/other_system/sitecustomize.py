"""Python as a system that is not POSIX has it. Found by PYTHONPATH, run before any program.

Modules that are POSIX only can't be imported, by nobody; names that Windows lacks are gone from os,
signal, socket and asyncio; a folder can't be opened, and no file that is open changes its name or
goes. Where Windows has the same by other means (the space of a disk, a pair of sockets) the
standard library keeps it.
"""

import asyncio
import errno
import functools
import importlib.abc
import os
import shutil
import signal
import socket
import subprocess  # noqa: F401 - the standard library's own need of POSIX, met before it goes
import sys
import tempfile
import time
from asyncio import selector_events
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

MODULES = """
    crypt curses _curses fcntl grp nis ossaudiodev pty pwd readline resource spwd syslog termios tty
    """
LACKING = {
    os: """
        O_ACCMODE O_ASYNC O_CLOEXEC O_DIRECT O_DIRECTORY O_DSYNC O_NDELAY O_NOATIME O_NOCTTY
        O_NOFOLLOW O_NONBLOCK O_PATH O_RSYNC O_SYNC O_TMPFILE ST_RDONLY ST_NOSUID
        chown chroot environb fchdir fchmod fchown fdatasync fork forkpty fpathconf fstatvfs
        getegid geteuid getgid getgrouplist getgroups getloadavg getpgid getpgrp getpriority
        getresgid getresuid getsid getuid getxattr initgroups killpg lchown listxattr lockf
        memfd_create mkfifo mknod nice openpty pathconf posix_fadvise posix_fallocate posix_spawn
        posix_spawnp pread preadv pwrite pwritev register_at_fork sched_getaffinity
        sched_setaffinity sched_yield sendfile setegid seteuid setgid setgroups setpgid setsid
        setuid setxattr splice statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 wait4 waitid
        """,
    signal: """
        SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 alarm pause pthread_kill
        pthread_sigmask setitimer siginterrupt sigwait
        """,
    socket: """
        AF_UNIX AF_NETLINK AF_PACKET MSG_DONTWAIT MSG_NOSIGNAL SO_REUSEPORT SO_PEERCRED
        TCP_QUICKACK TCP_USER_TIMEOUT TCP_CORK
        """,
    asyncio: "open_unix_connection start_unix_server",
    asyncio.streams: "open_unix_connection start_unix_server",
    time: "tzset clock_settime pthread_getcpuclockid",
}


class _Blocked(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: object = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname in MODULES.split():
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


class _Loop(selector_events.BaseSelectorEventLoop):
    """No signals, no Unix sockets, no child processes, and nothing to watch descriptors with."""

    def add_reader(self, *_: object) -> None:
        raise NotImplementedError

    def remove_reader(self, *_: object) -> bool:
        raise NotImplementedError

    def add_writer(self, *_: object) -> None:
        raise NotImplementedError


def _forbidden(path: object) -> PermissionError:
    return PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _is_open(path: Any) -> bool:
    wanted = os.path.realpath(path)
    for one in Path("/proc/self/fd").iterdir():
        try:
            if str(one.readlink()) == wanted:
                return True
        except OSError:
            continue
    return False


def _unless_open(change: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(change)
    def checked(*args: Any, **more: Any) -> Any:
        for path in args[:2]:
            if isinstance(path, str | os.PathLike) and _is_open(path):
                raise _forbidden(path)
        return change(*args, **more)

    return checked


def _no_folder(opening: Callable[..., int]) -> Callable[..., int]:
    @functools.wraps(opening)
    def checked(path: Any, *args: Any, **more: Any) -> int:
        try:
            is_folder = Path(path).is_dir()
        except (OSError, TypeError, ValueError):
            is_folder = False
        if is_folder:
            raise _forbidden(path)
        return opening(path, *args, **more)

    return checked


def _disk_usage(statvfs: Callable[[Any], Any]) -> Callable[[Any], object]:
    def usage(path: Any) -> object:
        found = statvfs(path)
        free, total = found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
        return shutil._ntuple_diskusage(total, total - free, free)

    return usage


def _become_another_system() -> None:
    shutil.disk_usage = _disk_usage(os.statvfs)  # type: ignore[assignment]
    tempfile.TemporaryFile = tempfile.NamedTemporaryFile  # type: ignore[assignment]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    pair = functools.partial(socket.socketpair, socket.AF_UNIX)
    socket.socketpair = lambda *_: pair()
    for module, names in LACKING.items():
        for name in names.split():
            if hasattr(module, name):
                delattr(module, name)
    for blocked in MODULES.split():
        sys.modules.pop(blocked, None)
    sys.meta_path.insert(0, _Blocked())
    asyncio.DefaultEventLoopPolicy._loop_factory = _Loop  # type: ignore[attr-defined]
    os.open = _no_folder(os.open)
    for name in ("rename", "replace", "unlink", "remove"):
        setattr(os, name, _unless_open(getattr(os, name)))


if Path("/proc/self/fd").is_dir():
    _become_another_system()
