"""A county that is served by a process of its own, for tests that have no loop of events."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.system.launching import SCRIPTS, can_launch, request_launch


@contextmanager
def serving(data: Path) -> Iterator[None]:
    """``yizhan-county serve`` from when it is ready; in the end it is stopped in order."""
    argv = (str(SCRIPTS / "yizhan-county"), "serve", str(data))
    with _launched(argv) if can_launch(argv) else _started(argv):
        yield


@contextmanager
def _launched(argv: tuple[str, ...]) -> Iterator[None]:
    said, theirs = os.pipe()
    line, their_line = socket.socketpair()
    nothing, errors = os.open(os.devnull, os.O_RDONLY), os.dup(2)
    request_launch(argv, dict(os.environ), [nothing, theirs, errors, their_line.detach()])
    with os.fdopen(said) as stdout, line, line.makefile() as told:
        number = int(told.readline())
        assert stdout.readline().startswith("ready https://127.0.0.1:")
        yield
        os.kill(number, signal.SIGTERM)
        assert told.readline() == "0\n"


@contextmanager
def _started(argv: tuple[str, ...]) -> Iterator[None]:
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("ready https://127.0.0.1:")
        yield
        server.send_signal(signal.SIGTERM)
        assert server.wait() == 0
