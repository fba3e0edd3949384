"""The journal on its own: torn tails, changed bytes, appends that fail."""

import struct
import zlib
from pathlib import Path

import pytest

from protocol.errors import DiskFullError
from protocol.ids import ApplicationId, Incarnation
from station_agent.store.disk import Disk
from station_agent.store.journal import Journal, JournalEntry, read_journal

INCARNATION = Incarnation(b"12345678")


def _entry(number: int) -> JournalEntry:
    return JournalEntry(
        wire=b"%d" % number * 100, application=ApplicationId(f"{number:032x}"), item="pension"
    )


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", Disk(tmp_path))


def test_what_was_appended_is_read_from_any_size_on(journal: Journal) -> None:
    first = journal.append(INCARNATION, [_entry(1), _entry(2)])
    second = journal.append(INCARNATION, [_entry(3)])
    path = journal.path(INCARNATION)
    assert path.stat().st_size == second
    assert list(read_journal(path)) == [_entry(1), _entry(2), _entry(3)]
    assert list(read_journal(path, first)) == [_entry(3)]
    assert journal.files() == {INCARNATION: path}


def test_a_tail_torn_at_any_byte_ends_it_quietly(journal: Journal) -> None:
    first = journal.append(INCARNATION, [_entry(1)])
    second = journal.append(INCARNATION, [_entry(2)])
    path = journal.path(INCARNATION)
    for size in range(first, second):
        journal.take_back(INCARNATION, size)
        assert list(read_journal(path)) == [_entry(1)]
        with path.open("ab") as file:  # what some file systems leave behind a torn end
            file.write(bytes(second - size))
        assert list(read_journal(path))[:1] == [_entry(1)]
        journal.take_back(INCARNATION, first)
        journal.append(INCARNATION, [_entry(2)])


def test_a_changed_entry_is_left_out_and_the_next_is_read(journal: Journal) -> None:
    journal.append(INCARNATION, [_entry(1), _entry(2), _entry(3)])
    path = journal.path(INCARNATION)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert list(read_journal(path)) == [_entry(1), _entry(3)]


@pytest.mark.parametrize("at", range(8))
def test_a_changed_length_or_checksum_costs_one_entry(journal: Journal, at: int) -> None:
    first = journal.append(INCARNATION, [_entry(1)])
    journal.append(INCARNATION, [_entry(2), _entry(3)])
    path = journal.path(INCARNATION)
    content = bytearray(path.read_bytes())
    content[first + at] ^= 0xFF
    path.write_bytes(bytes(content))
    assert list(read_journal(path)) == [_entry(1), _entry(3)]


def test_nothing_is_added_by_an_append_that_fails(tmp_path: Path) -> None:
    class Full(Disk):
        def sync(self, file: object) -> None:
            raise DiskFullError

    good = Journal(tmp_path / "journal", Disk(tmp_path))
    size = good.append(INCARNATION, [_entry(1)])
    with pytest.raises(DiskFullError):
        Journal(tmp_path / "journal", Full(tmp_path)).append(INCARNATION, [_entry(2)])
    assert good.path(INCARNATION).stat().st_size == size


def test_an_entry_that_is_none_of_ours_is_left_out(journal: Journal) -> None:
    journal.append(INCARNATION, [_entry(1)])
    path = journal.path(INCARNATION)
    body = b"whole, but not an entry"
    with path.open("ab") as file:
        file.write(struct.pack(">II", len(body), zlib.crc32(body)) + body)
    journal.append(INCARNATION, [_entry(2)])
    assert list(read_journal(path)) == [_entry(1), _entry(2)]
