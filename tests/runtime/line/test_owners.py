"""The system says whose program is at the other end of a connection."""

import getpass
import os
import socket
from collections.abc import Iterator

import pytest

from runtime.line.owners import ANOTHER, owner_by_process, owner_in, owner_of

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
PEER, OWN = ("127.0.0.1", 40000), ("127.0.0.1", 8460)


def line(peer: str, own: str, state: str, uid: int) -> str:
    return f"   0: {peer} {own} {state} 00000000:00000000 00:00000000 00000000 {uid:5} 0 1 1\n"


@pytest.fixture
def both() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of one connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = socket.create_connection(listening.getsockname())
        accepted, _ = listening.accept()
        with client, accepted:
            yield client, accepted


def test_one_s_own_connection_is_one_s_own(both: tuple[socket.socket, socket.socket]) -> None:
    client, accepted = both
    assert owner_of(client.getsockname(), accepted.getsockname()) == str(os.geteuid())
    assert owner_by_process(client.getsockname()) == getpass.getuser()


def test_a_connection_that_is_closed_has_no_owner(
    both: tuple[socket.socket, socket.socket],
) -> None:
    client, accepted = both
    ends = client.getsockname(), accepted.getsockname()
    client.close()
    assert owner_of(*ends) is None
    assert owner_by_process(ends[0]) in (None, ANOTHER)  # the kernel keeps it for a minute


def test_the_end_that_connected_counts_and_not_the_one_that_listens() -> None:
    table = HEAD + line("0100007F:210C", "0100007F:9C40", "01", 0)
    table += line("0100007F:9C40", "0100007F:210C", "01", 1001)
    assert owner_in([table], PEER, OWN) == "1001"


def test_it_is_found_among_those_of_the_other_version_too() -> None:
    mapped = "0000000000000000FFFF0000"
    table = HEAD + line(f"{mapped}0100007F:9C40", f"{mapped}0100007F:210C", "01", 1002)
    assert owner_in([HEAD, table], PEER, OWN) == "1002"


@pytest.mark.parametrize(
    "found",
    [
        line("0100007F:9C40", "0100007F:210C", "06", 0),  # closed: nobody's
        line("0100007F:9C41", "0100007F:210C", "01", 7),
        line("0100007F:9C40", "0100007F:210D", "01", 7),
        line("0200007F:9C40", "0100007F:210C", "01", 7),
    ],
)
def test_another_connection_is_not_this_one(found: str) -> None:
    assert owner_in([HEAD + found], PEER, OWN) is None
