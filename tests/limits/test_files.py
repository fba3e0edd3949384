"""Files that people name, line by line and byte by byte up to their limits."""

from pathlib import Path

import pytest

from protocol.errors import (
    FileUnreadableError,
    KitDamagedError,
    PeerError,
    TooLargeError,
    UsageError,
)
from protocol.limits import (
    MAX_CATALOGUE_FILE_BYTES,
    MAX_ROSTER_FILE_BYTES,
    MAX_ROSTER_LINES,
    MAX_TICKET_BYTES,
)
from protocol.trust.kit import read_ticket
from provisioning.bulk.table import read_table
from runtime.cli.command import read_file
from tests.provisioning.bulk.tables import STATION, table


@pytest.mark.parametrize("limit", [MAX_CATALOGUE_FILE_BYTES, MAX_ROSTER_FILE_BYTES])
def test_a_file_that_a_person_names_is_read_up_to_its_limit(tmp_path: Path, limit: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(limit))
    assert len(read_file(path, limit)) == limit
    with path.open("ab") as file:
        file.write(b"+")
    with pytest.raises(FileUnreadableError):
        read_file(path, limit)


def test_a_table_of_nodes_has_so_many_lines_and_no_more() -> None:
    found = read_table(table(*[STATION] * MAX_ROSTER_LINES))
    assert len(found.lines) + len(found.faults) == MAX_ROSTER_LINES
    with pytest.raises(UsageError):
        read_table(table(*[STATION] * (MAX_ROSTER_LINES + 1)))


def test_a_ticket_is_read_up_to_its_limit() -> None:
    with pytest.raises((PeerError, KitDamagedError)) as caught:
        read_ticket(bytes(32), bytes(MAX_TICKET_BYTES))
    assert not isinstance(caught.value, TooLargeError)
    with pytest.raises(TooLargeError):
        read_ticket(bytes(32), bytes(MAX_TICKET_BYTES + 1))
