"""A process that has loaded the programs already, and forks: most of a start is loading.

What it starts is a process of its own, as the script in ``bin`` would be: its number, memory,
files, signals, exit. Each request comes on the socket whose number is the only argument, with four
descriptors: stdin, stdout, stderr, and one on which the child's number and then its exit are told.

A request, in JSON::

    {"argv": [program, ...], "env": {...}, "cwd": folder, "umask": number}

Instead of the program there may stand ``python -m`` and one of :data:`CHANGED`.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TextIO

from sqlalchemy.orm import configure_mappers

from central.pages.composition import TABLE
from runtime.web.language import KIT, english

PROGRAMS = {
    "yizhan-county": "central.commands.county",
    "yizhan-hub": "central.commands.hub",
    "yizhan-provision": "provisioning.cli",
    "yizhan-station": "station_agent.cli",
}
# what runs a program changed, by the arguments that follow
CHANGED = ("tests.system.tomorrow.of_tomorrow",)
PACKAGES = ("central", "protocol", "provisioning", "runtime", "station_agent")
MAX_REQUEST = 1 << 17
_DESCRIPTORS = 4


def main(control: socket.socket) -> None:
    """Serve until the other end of ``control`` is closed; in a child, be the program instead."""
    _load_everything()
    if request := _serve(control):
        _run_to_its_end(_become(request))


def _load_everything() -> None:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if "migrations" not in module.name:
                importlib.import_module(module.name)
    configure_mappers()
    for table in (KIT, TABLE):
        english(table)
    gc.collect()
    gc.freeze()  # the children then share these pages


def _serve(control: socket.socket) -> dict[str, Any] | None:
    """None at the end; a request with ``files`` in the child that is to fulfil it."""
    children: dict[int, tuple[int, int]] = {}  # by what becomes readable at the end: number, line
    waiting = select.poll()
    waiting.register(control, select.POLLIN)
    while True:
        for descriptor, _ in waiting.poll():
            if descriptor != control.fileno():
                waiting.unregister(descriptor)
                _tell_end(descriptor, *children.pop(descriptor))
                continue
            data, files, *_ = socket.recv_fds(control, MAX_REQUEST, _DESCRIPTORS)
            if not data:
                return None
            *streams, line = files
            if not (number := os.fork()):
                control.detach()
                return {**json.loads(data), "streams": streams}
            os.write(line, b"%d\n" % number)
            end = os.pidfd_open(number)
            children[end] = number, line
            waiting.register(end, select.POLLIN)
            for one in streams:
                os.close(one)


def _tell_end(end: int, number: int, line: int) -> None:
    _, status = os.waitpid(number, 0)
    with suppress(BrokenPipeError):  # nobody waits for it
        os.write(line, b"%d\n" % os.waitstatus_to_exitcode(status))
    os.close(line)
    os.close(end)


def _become(request: dict[str, Any]) -> Callable[[], None]:
    """Put everything in place as exec would; the entry point of the program."""
    for place, descriptor in enumerate(request["streams"]):
        os.dup2(descriptor, place)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    _open_streams()
    os.chdir(request["cwd"])
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = plain_arguments(request["argv"])
    name = PROGRAMS.get(Path(sys.argv[0]).name, sys.argv[0])
    entry: Callable[[], None] = importlib.import_module(name).main
    return entry


def plain_arguments(argv: list[str]) -> list[str]:
    """Those that the program sees, or what runs it changed."""
    return argv[2:] if argv[1:2] == ["-m"] else argv


def _run_to_its_end(entry: Callable[[], None]) -> NoReturn:
    """As the interpreter ends, but for taking each module apart: most of a short command."""
    try:
        entry()
    except SystemExit as exc:
        ended = exc.code
    except BaseException:  # noqa: BLE001 - the interpreter's own last resort
        sys.excepthook(*sys.exc_info())
        ended = 1
    else:
        ended = 0
    if not (ended is None or isinstance(ended, int)):
        sys.stderr.write(f"{ended}\n")
        ended = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed, or nobody reads it
            stream.flush()
    os._exit(ended or 0)


def _open_streams() -> None:
    """As the interpreter does at its start."""
    sys.stdin = _stream(0, "r", sys.stdin)
    sys.stdout = _stream(1, "w", sys.stdout)
    sys.stderr = _stream(2, "w", sys.stderr)


def _stream(place: int, mode: str, like: TextIO) -> Any:
    """Line by line: of a program that is killed, what it has said is there."""
    return os.fdopen(place, mode, 1, encoding=like.encoding, errors=like.errors, closefd=False)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
