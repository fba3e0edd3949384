"""The desk's port is found once, and kept beside whatever an operator has written."""

import socket
from pathlib import Path

import pytest

from protocol.errors import UsageError
from protocol.errors.desk import DeskPortError
from station_agent.config import FILE, StationConfig
from station_agent.desk_port import keep_port
from tests.builders.chance import SeededRandomness


def test_it_is_found_once_and_kept(tmp_path: Path) -> None:
    port = keep_port(tmp_path, SeededRandomness(1))
    assert 20_000 <= port < 32_000
    assert StationConfig.load(tmp_path).desk_port == port
    before = (tmp_path / FILE).read_bytes()
    assert keep_port(tmp_path, SeededRandomness(2)) == port
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "from Windows"])
def test_what_an_operator_has_written_stays(tmp_path: Path, mark: bytes) -> None:
    """A line at the end would fall into the last table."""
    written = b"linger_s = 7\r\n[budget.link]\r\nbytes_per_s = 4000\r\n"
    (tmp_path / FILE).write_bytes(mark + written)
    wanted = StationConfig.load(tmp_path)
    port = keep_port(tmp_path, SeededRandomness(1))
    kept = StationConfig.load(tmp_path)
    assert (kept.desk_port, kept.linger_s, kept.budget) == (port, 7, wanted.budget)
    assert (tmp_path / FILE).read_bytes().endswith(written)


def test_one_that_another_program_has_is_passed_over(tmp_path: Path) -> None:
    first = keep_port(tmp_path, SeededRandomness(1))
    (tmp_path / FILE).unlink()
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        assert keep_port(tmp_path, SeededRandomness(1)) != first


def test_none_is_looked_for_where_there_shall_be_no_desk(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("desk_port = 0\n", "utf-8")
    assert keep_port(tmp_path, SeededRandomness(1)) == 0


def test_settings_that_can_not_be_read_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no such key = 1\n", "utf-8")
    with pytest.raises(UsageError):
        keep_port(tmp_path, SeededRandomness(1))
    assert (tmp_path / FILE).read_text("utf-8") == "no such key = 1\n"


def test_where_none_is_free_that_is_said(tmp_path: Path) -> None:
    class Always(SeededRandomness):
        def token(self, size: int) -> bytes:
            return bytes(size)

    with socket.socket() as other:
        other.bind(("127.0.0.1", 20_000))
        with pytest.raises(DeskPortError):
            keep_port(tmp_path, Always(1))
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("desk_port = 65535", True),
        ("desk_port = 65536", False),
        ("desk_port = -1", False),
        ("desk_idle_s = 30", True),
        ("desk_idle_s = 29", False),
        ("desk_idle_s = 3600", True),
        ("desk_idle_s = 3601", False),
    ],
)
def test_limits_of_the_settings(tmp_path: Path, line: str, *, allowed: bool) -> None:
    (tmp_path / FILE).write_text(f"{line}\n", "utf-8")
    if allowed:
        StationConfig.load(tmp_path)
        return
    with pytest.raises(UsageError):
        StationConfig.load(tmp_path)
