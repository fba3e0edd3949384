"""The record on disk: durable, append-only, kept for half a year, compared with exports."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.envelope.keys import new_signer
from protocol.errors import AuditBrokenError, AuditYoungError
from protocol.trust.audit import AuditHead
from provisioning.audit.entry import Entry, entry_hash
from provisioning.audit.export import compare, export_bytes, read_export
from provisioning.audit.log import AuditLog
from provisioning.store import Store
from tests.builders.chance import SeededRandomness
from tests.builders.clock import FakeClock

DAY_MS = 86_400_000
SIGNER = new_signer(SeededRandomness(7))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "authority.db"


@pytest.fixture
def log(path: Path, clock: FakeClock) -> Iterator[AuditLog]:
    store = Store.open(path)
    yield AuditLog(store, clock)
    store.close()


def fill(log: AuditLog, count: int) -> None:
    for at in range(count):
        log.add(actor="root", action="provision.add", subject=str(at), outcome="done")


def go_on(log: AuditLog, clock: FakeClock, *, days: int) -> None:
    """So many days on which somebody does something every tenth."""
    for _ in range(days // 10):
        clock.jump_wall(ms=10 * DAY_MS)
        fill(log, 1)


def vandal(path: Path, *statements: str) -> None:
    """Somebody who can write the disk, and takes the guards away first."""
    connection = sqlite3.connect(path)
    for name in ("audit_is_never_changed", "audit_is_kept"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_entries_follow_on_each_other(log: AuditLog) -> None:
    fill(log, 3)
    entries = [Entry.read(text) for text in log.entries()]
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert [entry.subject for entry in entries] == ["0", "1", "2"]
    assert log.verify().last == 3


def test_several_threads_make_one_chain(log: AuditLog) -> None:
    threads = [threading.Thread(target=fill, args=(log, 20)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.verify().last == 80


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET at_ms = 0", "DELETE FROM audit WHERE number = 2", "DELETE FROM audit"],
)
def test_the_database_itself_refuses(log: AuditLog, path: Path, statement: str) -> None:
    fill(log, 3)
    with sqlite3.connect(path) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    assert log.verify().last == 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit WHERE number = 2",
        "DELETE FROM audit WHERE number = 1",
        "UPDATE audit SET entry = replace(entry, 'root', 'nobody') WHERE number = 2",
        "UPDATE audit SET number = 9 WHERE number = 3",
    ],
)
def test_what_a_vandal_changed_is_found(log: AuditLog, path: Path, statement: str) -> None:
    fill(log, 4)
    vandal(path, statement)
    with pytest.raises(AuditBrokenError):
        log.verify()


def test_an_end_that_was_cut_off_shows_beside_an_export(log: AuditLog, path: Path) -> None:
    fill(log, 4)
    data, _ = export_bytes(list(log.entries()), SIGNER)
    exported = read_export(data, SIGNER.public_bytes())
    compare(log, exported)
    vandal(path, "DELETE FROM audit WHERE number = 4")
    assert log.verify().last == 3  # the record alone can't know
    with pytest.raises(AuditBrokenError):
        compare(log, exported)


def test_young_entries_stay_and_old_ones_may_go(log: AuditLog, clock: FakeClock) -> None:
    fill(log, 3)
    data, _ = export_bytes(list(log.entries()), SIGNER)
    go_on(log, clock, days=100)
    with pytest.raises(AuditYoungError):
        log.purge(before_ms=clock.now_ms() - 50 * DAY_MS, actor="root")
    go_on(log, clock, days=100)
    with pytest.raises(AuditYoungError):
        log.purge(before_ms=clock.now_ms() - 183 * DAY_MS, actor="root")
    assert log.purge(before_ms=clock.now_ms() - 185 * DAY_MS, actor="root") == 4
    chain = log.verify()
    assert (chain.first, chain.last) == (5, 3 + 10 + 10 + 1)
    compare(log, read_export(data, SIGNER.public_bytes()))
    assert log.purge(before_ms=clock.now_ms() - 185 * DAY_MS, actor="root") == 0


@pytest.mark.parametrize("years", [1, 17, 70])
def test_a_date_far_ahead_makes_no_young_entry_old(
    log: AuditLog, clock: FakeClock, years: int
) -> None:
    """The battery of the county's machine is empty, or somebody sets its date."""
    fill(log, 3)
    clock.jump_wall(ms=years * 365 * DAY_MS)
    fill(log, 1)
    with pytest.raises(AuditYoungError):
        log.purge(before_ms=clock.now_ms() - 185 * DAY_MS, actor="root")
    go_on(log, clock, days=150)
    with pytest.raises(AuditYoungError):
        log.purge(before_ms=clock.now_ms() - 185 * DAY_MS, actor="root")
    go_on(log, clock, days=10)
    assert log.purge(before_ms=clock.now_ms() - 185 * DAY_MS, actor="root") == 3


def test_a_date_that_jumps_to_and_fro_a_few_times_makes_none_old_either(
    log: AuditLog, clock: FakeClock
) -> None:
    fill(log, 1)
    for _ in range(4):
        clock.jump_wall(ms=400 * DAY_MS)
        fill(log, 1)
        clock.jump_wall(ms=-400 * DAY_MS)
        fill(log, 1)
    clock.jump_wall(ms=400 * DAY_MS)
    with pytest.raises(AuditYoungError):
        log.purge(before_ms=clock.now_ms() - 185 * DAY_MS, actor="root")
    assert log.verify().last == 9


def test_a_forged_export_is_refused(log: AuditLog) -> None:
    fill(log, 2)
    data, chain = export_bytes(list(log.entries()), SIGNER)
    assert chain.last == 2
    other = new_signer(SeededRandomness(8)).public_bytes()
    for forged, key in (
        (data, other),
        (data.replace(b"root", b"nobody"), SIGNER.public_bytes()),
        (data.split(b"\n", 1)[1], SIGNER.public_bytes()),
        (b"", SIGNER.public_bytes()),
        (b"\xff", SIGNER.public_bytes()),
    ):
        with pytest.raises(AuditBrokenError):
            read_export(forged, key)


def test_the_hash_on_disk_is_what_the_documents_say(log: AuditLog, path: Path) -> None:
    """By another hand: whoever has the file needs nothing of this program to check it."""
    fill(log, 2)
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT entry, hash FROM audit ORDER BY number").fetchall()
    previous = hashlib.sha256(b"yizhan/audit/1\0").hexdigest()
    for text, digest in rows:
        assert json.loads(text)["previous"] == previous
        previous = hashlib.sha256(b"yizhan/audit/1\0" + text.encode()).hexdigest()
        assert digest.hex() == previous


def test_a_signed_end_is_required_and_a_purged_one_is_not(log: AuditLog, clock: FakeClock) -> None:
    fill(log, 3)
    heads = [
        AuditHead(number=entry.number, hash=bytes.fromhex(entry_hash(entry.text())))
        for entry in map(Entry.read, log.entries())
    ]
    for head in heads:
        log.require(head)
    for wrong in (
        AuditHead(number=4, hash=bytes(32)),
        AuditHead(number=3, hash=heads[1].hash),
        AuditHead(number=1, hash=heads[1].hash),
    ):
        with pytest.raises(AuditBrokenError):
            log.require(wrong)
    go_on(log, clock, days=200)
    log.purge(before_ms=clock.now_ms() - 190 * DAY_MS, actor="root")
    log.require(heads[0])


def test_the_newest_entries_are_read_page_by_page(log: AuditLog) -> None:
    assert log.newest(0, 2) == []
    fill(log, 5)
    assert [entry.number for entry in log.newest(0, 2)] == [5, 4]
    assert [entry.number for entry in log.newest(3, 2)] == [3, 2]
    assert [entry.number for entry in log.newest(1, 2)] == [1]
    assert [entry.number for entry in log.newest(99, 9)] == [5, 4, 3, 2, 1]
