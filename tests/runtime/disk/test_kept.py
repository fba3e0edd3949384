"""A copy before an upgrade is whole and on disk, or nothing has changed; and it is put back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocol.errors import DiskFullError, UsageError
from runtime.disk import kept
from runtime.disk.space import DiskSpace


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A database in use, whose last row is in its log alone."""
    path = tmp_path / "county.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=WAL; CREATE TABLE t (x);")
        database.execute("INSERT INTO t VALUES ('before')")
        yield path


def keep(path: Path, version: str = "1") -> Path:
    with closing(sqlite3.connect(path)) as database:
        return kept.keep_copy(database, path, version)


def rows(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as database:
        return [x for (x,) in database.execute("SELECT x FROM t")]


def write(path: Path, x: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO t VALUES (?)", (x,))


def test_the_copy_holds_what_is_only_in_the_log(path: Path) -> None:
    copy = keep(path)
    assert copy == path.parent / "before-upgrade" / "county-1.kept"
    assert rows(copy) == ["before"]
    assert [one.name for one in copy.parent.iterdir()] == ["county-1.kept"]
    assert copy.parent.stat().st_mode & 0o077 == 0


def test_only_the_newest_copy_of_each_database_stays(path: Path) -> None:
    other = path.with_name("authority.db")
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE t (x)")
    keep(other, "7")
    for version in ("1", "2", "2"):
        keep(path, version)
        write(path, version)
    found = sorted(one.name for one in (path.parent / "before-upgrade").iterdir())
    assert found == ["authority-7.kept", "county-2.kept"]
    assert rows(path.parent / "before-upgrade" / "county-2.kept") == ["before", "1", "2"]


def test_without_room_for_it_nothing_changes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "room_of", lambda _: DiskSpace(free=100, total=10_000))
    with pytest.raises(DiskFullError, match=r"county\.db"):
        keep(path)
    assert list((path.parent / "before-upgrade").iterdir()) == []


def test_what_a_power_cut_left_of_a_copy_is_no_copy(path: Path) -> None:
    folder = path.parent / "before-upgrade"
    folder.mkdir()
    (folder / "county-1.growing").write_bytes(b"half of it")
    assert kept.go_back(path) is None
    assert rows(keep(path)) == ["before"]


def test_the_way_back_moves_the_newer_one_aside(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (x)")
    write(path, "before")
    keep(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("INSERT INTO t VALUES ('after')")
        (aside,) = kept.go_back_all(tmp_path, path)  # killed: its log is still there
    assert aside == tmp_path / "after-upgrade-1"
    assert rows(path) == ["before"]
    assert rows(aside / "hub.db") == ["before", "after"]
    with pytest.raises(UsageError, match="没有升级前的副本"):
        kept.go_back_all(tmp_path, path)
    assert rows(path) == ["before"]


def test_old_copies_are_let_go_of(path: Path) -> None:
    copy = keep(path)
    made_ms = round(copy.stat().st_mtime * 1000)
    kept.forget_old(made_ms + 30 * 86_400_000 - 5000, path)
    assert copy.exists()
    kept.forget_old(made_ms + 30 * 86_400_000 + 5000, path)
    assert not copy.exists()
