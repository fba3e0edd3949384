"""A service says that it is ready to whoever started it, and to nobody else."""

import socket
from pathlib import Path

from runtime.notify import READY, VARIABLE, say_ready


def test_who_started_it_is_told_by_a_file_or_by_a_name(tmp_path: Path) -> None:
    for address, shown in ((str(tmp_path / "s"), ""), (f"\0yizhan-{tmp_path.name}", "@")):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            systemd.bind(address)
            assert say_ready({VARIABLE: shown + address[1:] if shown else address})
            assert systemd.recv(100) == READY


def test_where_nobody_asked_nothing_happens(tmp_path: Path) -> None:
    assert not say_ready({})
    assert not say_ready({VARIABLE: "relative"})
    assert not say_ready({VARIABLE: str(tmp_path / "gone")})
