"""The authority's database: durable, in real transactions, migrated by numbers."""

import sqlite3
from importlib import resources
from pathlib import Path

import pytest

from protocol.errors import (
    DamagedError,
    DiskFullError,
    InUseError,
    NewerStoreError,
    ReadOnlyError,
    StoreError,
)
from protocol.ids import NodeId
from provisioning.enrolment.tables import CodeRow
from provisioning.rows import our_errors
from provisioning.store import Foundation, NodeRow, Store

NODE = NodeId("00000000000000aa")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "authority.db"


@pytest.fixture
def store(path: Path) -> Store:
    return Store.open(path)


def put_node(store: Store) -> None:
    with store.transaction():
        store.put_node(NodeRow(node=NODE, entry=b"entry"))


def test_a_commit_is_on_disk_before_it_returns(store: Store) -> None:
    modes = [
        store._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert modes == ["wal", 2, 1]  # 2 is FULL
    store.close()


def test_migrations_are_numbered_from_one_without_gaps(store: Store) -> None:
    folder = resources.files("provisioning") / "migrations"
    numbers = sorted(int(f.name[:4]) for f in folder.iterdir() if f.name.endswith(".sql"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert store._connection.execute("PRAGMA user_version").fetchone()[0] == numbers[-1]
    store.close()


def test_a_migration_cut_short_is_begun_again(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE rosters (in_the_way INTEGER)")
    with pytest.raises(StoreError):
        Store.open(path)
    tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("rosters",)]  # nothing of the failed script
    connection.execute("DROP TABLE rosters")
    connection.close()
    Store.open(path).close()


def test_a_newer_database_is_refused_and_not_touched(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE of_tomorrow (x)")
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NewerStoreError):
        Store.open(path)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.transaction():
            store.put_node(NodeRow(node=NODE, entry=b"entry"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_fail()
    assert store.nodes() == []
    put_node(store)
    assert store.nodes() == [NodeRow(node=NODE, entry=b"entry")]
    store.close()


def test_what_became_of_a_code_is_kept(store: Store) -> None:
    put_node(store)
    with store.transaction():
        store.put_code(NODE, b"key", invitation=b"invited!", made_ms=7, lived_ms=5)
        store.count_wrong_code(NODE)
    assert store.code(NODE) == CodeRow(
        invitation=b"invited!", lived_ms=5, key=b"key", tries=1, spent_by=None
    )
    with store.transaction():
        store.spend_code(NODE, b"request")
    assert store.code(NODE) == CodeRow(
        invitation=b"invited!", lived_ms=5, key=b"key", tries=1, spent_by=b"request"
    )
    store.close()


def test_a_roster_number_is_taken_once(store: Store) -> None:
    def put() -> None:
        with store.transaction():
            store.put_proof(1, b"proof")

    put()
    with pytest.raises(StoreError, match="SQLITE_CONSTRAINT"):
        put()
    assert store.newest_proof() == b"proof"
    store.close()


def test_a_code_needs_its_node(store: Store) -> None:
    def put() -> None:
        with store.transaction():
            store.put_code(NODE, b"key", invitation=b"invited!", made_ms=7, lived_ms=5)

    with pytest.raises(StoreError, match="SQLITE_CONSTRAINT"):
        put()
    store.close()


def test_what_must_be_there_and_is_not_is_damage(store: Store) -> None:
    put_node(store)
    for read in (store.foundation, store.newest_proof, lambda: store.certificate(NODE)):
        with pytest.raises(DamagedError):
            read()
    with store.transaction():
        store.put_foundation(Foundation(root=b"root", delegation=b"delegation"))
    assert store.foundation() == Foundation(root=b"root", delegation=b"delegation")
    store.close()


def test_a_full_disk_is_named_and_nothing_is_half_written(store: Store) -> None:
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")  # no room for one page more

    def put_much() -> None:
        with store.transaction():
            for number in range(1000):
                store.put_proof(number + 1, bytes(1000))

    with pytest.raises(DiskFullError):
        put_much()
    with pytest.raises(DamagedError):  # none of them is there
        store.newest_proof()
    store.close()


def test_a_read_only_database_is_named_as_such(store: Store) -> None:
    store._connection.execute("PRAGMA query_only = 1")  # as SQLite says it of such a disk
    with pytest.raises(ReadOnlyError), store.transaction():
        store._connection.execute("DELETE FROM authority")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_FULL", DiskFullError),
        ("SQLITE_IOERR_SHMSIZE", DiskFullError),  # what a full disk says before the first row
        ("SQLITE_IOERR_READ", StoreError),
        ("SQLITE_BUSY", InUseError),
        ("SQLITE_CORRUPT_INDEX", DamagedError),
        ("SQLITE_READONLY_DIRECTORY", ReadOnlyError),
        ("SQLITE_ERROR", StoreError),
    ],
)
def test_what_sqlite_says_is_named_as_in_every_other_database(
    name: str, kind: type[StoreError]
) -> None:
    said = sqlite3.OperationalError("disk I/O error")
    said.sqlite_errorname = name
    with pytest.raises(StoreError) as caught, our_errors():
        raise said
    assert type(caught.value) is kind
    assert name in caught.value.detail
