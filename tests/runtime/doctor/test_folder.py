"""What ``doctor`` says of a folder, a database file and a port; it changes nothing."""

import os
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.errors import DamagedError, NotJoinedError, OtherNodeError, UsageError
from runtime.control.calls import Handler, Nothing, handlers
from runtime.control.owner import Owner, is_owned
from runtime.doctor import folder
from runtime.doctor.calls import DOCTOR
from runtime.doctor.finding import Found
from runtime.doctor.frozen import frozen
from tests.builders.tree import tree


def codes(found: Iterator[Found]) -> list[str]:
    return [one.code for one in found]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir(mode=0o700)
    return path


def make(path: Path, version: int = 1) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        f"PRAGMA journal_mode=WAL; CREATE TABLE t (x); PRAGMA user_version={version};"
    )
    path.chmod(0o600)
    return database


def test_files_that_others_can_read_are_counted(data: Path) -> None:
    (data / "blobs").mkdir(mode=0o700)
    for name, mode in (("mine", 0o600), ("blobs/sealed", 0o644), ("shown", 0o640)):
        (data / name).touch()
        (data / name).chmod(mode)
    before = tree(data)
    assert list(folder.rights(data)) == [
        Found("folder.open-to-others", f"{data / 'shown'}（共 1）")
    ]
    assert tree(data) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_of_another_account_are_named(data: Path) -> None:
    (data / "theirs").touch(0o600)
    os.chown(data / "theirs", 12345, 12345)
    assert codes(folder.rights(data)) == ["folder.other-owner"]


def test_a_sound_database_without_a_log_and_with_one(data: Path) -> None:
    database = make(data / "a.db")
    database.execute("INSERT INTO t VALUES ('seen')")  # still in the log

    def seen(connection: sqlite3.Connection) -> Iterator[Found]:
        for (x,) in connection.execute("SELECT x FROM t"):
            yield Found("x", x)

    before = tree(data)
    assert list(folder.database(data / "a.db", 1, seen)) == [Found("x", "seen")]
    assert tree(data) == before
    database.close()
    before = tree(data)
    assert list(folder.database(data / "a.db", 1, seen)) == [Found("x", "seen")]
    assert tree(data) == before
    assert "a.db-wal" not in before


def nothing(_: sqlite3.Connection) -> Iterator[Found]:
    return iter(())


def test_a_damaged_database(data: Path) -> None:
    path = data / "a.db"
    with make(path) as database:
        database.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 200)
    database.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    path.write_bytes(content)
    assert codes(folder.database(path, 1, nothing)) == ["database.damaged"]
    path.write_bytes(b"no database at all" * 100)
    assert codes(folder.database(path, 1, nothing)) == ["database.damaged"]


def test_a_database_of_a_newer_and_of_an_older_program(data: Path) -> None:
    make(data / "a.db", version=9).close()

    def never(_: sqlite3.Connection) -> Iterator[Found]:
        raise AssertionError("its tables are not known")

    assert codes(folder.database(data / "a.db", 8, never)) == ["database.newer"]
    assert codes(folder.database(data / "a.db", 10, never)) == ["database.older"]


def test_a_database_that_is_gone_or_empty(data: Path) -> None:
    assert codes(folder.missing(data, "a.db")) == []  # it never was
    (data / "blobs").mkdir()
    assert codes(folder.missing(data, "a.db")) == ["database.missing"]
    (data / "a.db").touch()
    assert codes(folder.missing(data, "a.db")) == ["database.missing"]


def test_no_room_for_a_copy(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = make(data / "a.db")
    monkeypatch.setattr("runtime.rescue._PLACES", ())
    assert codes(folder.database(data / "a.db", 1, nothing)) == ["database.not-checked"]
    database.close()
    with frozen(data / "a.db") as connection:  # without a log there is no need of one
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_what_a_killed_process_leaves(data: Path) -> None:
    database = make(data / "a.db")
    (data / "control.json").write_text("{}")
    assert codes(folder.left_behind(data, ("a.db",))) == [
        "program.left-behind",
        "database.wal-left",
    ]
    database.close()


def test_a_port_that_is_taken_and_one_that_is_free() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        number = held.getsockname()[1]
        assert codes(folder.port("127.0.0.1", number)) == ["port.taken"]
    assert codes(folder.port("127.0.0.1", number)) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotJoinedError("x"), "folder.not-joined"),
        (UsageError("x"), "settings.unreadable"),
        (DamagedError("x"), "identity.damaged"),
    ],
)
def test_errors_of_opening_are_faults(error: UsageError, code: str) -> None:
    assert folder.of_error(error).code == code
    with pytest.raises(OtherNodeError):
        folder.of_error(OtherNodeError("x"))


async def test_the_owner_is_asked_and_where_there_is_none_nobody(data: Path) -> None:
    assert await folder.ask_owner(data, DOCTOR) is None
    assert list(data.iterdir()) == []

    async def look(*_: object) -> list[Found]:
        return [Found("disk.low", "1 MiB")]

    owner = await Owner(data).lock()
    assert is_owned(data)
    await owner.serve(handlers(Handler(DOCTOR, look)))
    assert await folder.ask_owner(data, DOCTOR) == [Found("disk.low", "1 MiB")]
    await owner.close()
    assert not is_owned(data)


async def test_an_owner_that_does_not_answer(data: Path) -> None:
    owner = await Owner(data).lock()  # serves nothing
    assert await folder.ask_owner(data, DOCTOR) == [Found("program.no-answer")]
    await owner.close()


def test_no_argument_is_taken() -> None:
    assert DOCTOR.takes is Nothing
    assert DOCTOR.reads
