"""The journal on its own: torn tails, changed bytes, appends that fail."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from protocol.errors import DiskFullError
from protocol.ids import ApplicationId, Incarnation
from station_agent.store.desk.agents import AgentNote
from station_agent.store.disk import Disk
from station_agent.store.follow_ups import FollowUpNote
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


def test_what_the_desk_must_know_lies_sealed_beside_the_envelope(journal: Journal) -> None:
    agent = AgentNote(sealed=b"who acts", collects=True)
    note = FollowUpNote(
        follow_up=ApplicationId("f" * 32), application="a" * 32, about="told", content=b"c"
    )
    whole = [
        replace(_entry(1), applicant=b"who applies", agent=agent),
        replace(_entry(2), agent=replace(agent, collects=False)),
        replace(_entry(3), content=b"c", follow_up=replace(note, sealed=b"was told")),
        replace(_entry(4), content=b"c", follow_up=replace(note, sealed=b"when", unseen=True)),
    ]
    journal.append(INCARNATION, whole)
    assert list(read_journal(journal.path(INCARNATION))) == whole
    full, longer = (
        replace(_entry(4), content=b"c", follow_up=replace(note, sealed=bytes(size)))
        for size in (64 * 1024, 64 * 1024 + 1)
    )
    journal.append(INCARNATION, [full, longer])
    *_, first, last = read_journal(journal.path(INCARNATION))
    assert first == full
    assert last == replace(_entry(4), content=b"c", follow_up=note)


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
