"""Whatever fails below, people read words and a code, never a traceback or the data."""

import errno
import json
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from protocol.errors import CodeWrongError, InternalError, StickUnwritableError, YizhanError
from runtime.cli.failures import in_words, place_of, record
from runtime.sticks.growing import GrowingFile
from tests.builders.clock import FakeClock


def system(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/data/x")


def database(name: str) -> sqlite3.OperationalError:
    exc = sqlite3.OperationalError("what SQLite says")
    exc.sqlite_errorname = name
    return exc


def raised(work: object) -> Exception:
    try:
        work()  # type: ignore[operator]
    except Exception as exc:  # noqa: BLE001 - any
        return exc
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("exc", "code"),
    [
        (system(errno.ENOSPC), "store.disk-full"),
        (system(errno.EDQUOT), "store.disk-full"),
        (system(errno.EROFS), "store.read-only"),
        (system(errno.EACCES), "store.forbidden"),
        (system(errno.EPERM), "store.forbidden"),
        (system(errno.ENOENT), "intake.file-unreadable"),
        (system(errno.ENAMETOOLONG), "intake.file-unreadable"),
        (system(errno.EIO), "store"),
        (system(errno.ECONNREFUSED), "line"),
        (system(errno.ENETUNREACH), "line"),
        (database("SQLITE_FULL"), "store.disk-full"),
        (database("SQLITE_READONLY_DIRECTORY"), "store.read-only"),
        (database("SQLITE_IOERR_WRITE"), "store"),
        (database("SQLITE_IOERR_SHMSIZE"), "store.disk-full"),
        (database("SQLITE_CORRUPT_INDEX"), "store.damaged"),
        (database("SQLITE_BUSY_SNAPSHOT"), "store.in-use"),
        (database("SQLITE_ERROR"), "internal"),
        (DBAPIError("INSERT", None, database("SQLITE_IOERR")), "store"),
        (ExceptionGroup("two", [system(errno.ENOSPC), ValueError()]), "store.disk-full"),
        (raised(lambda: Path("a\0b").stat()), "usage"),
        (raised("\udcb8".encode), "usage"),
        (raised(b"\xb8".decode), "usage"),
        (raised(lambda: sqlite3.connect(":memory:").execute("SELECT ?", (2**70,))), "usage"),
        (MemoryError(), "store"),
        (KeyError("x"), "internal"),
        (CodeWrongError("x"), "code.wrong"),
    ],
)
def test_each_failure_has_its_code(exc: BaseException, code: str) -> None:
    assert in_words(exc).code == code


def test_the_detail_names_the_file() -> None:
    assert "/data/x" in in_words(system(errno.EROFS)).detail


def test_an_unforeseen_failure_names_its_line_and_nothing_of_the_data() -> None:
    exc = raised(lambda: dict[str, str]()["451423189903215540"])
    error = in_words(exc)
    assert isinstance(error, InternalError)
    assert "KeyError runtime/cli/test_failures.py:" in error.detail.replace("tests/", "")
    assert "451423189903215540" not in str(error)
    assert place_of(exc) in error.detail


def test_its_way_is_kept_private_without_its_text(tmp_path: Path) -> None:
    exc = raised(lambda: dict[str, str]()["451423189903215540"])
    log = record(exc, env={"XDG_STATE_HOME": str(tmp_path)}, clock=FakeClock())
    assert log is not None
    assert log.stat().st_mode & 0o777 == 0o600
    (line,) = log.read_text("utf-8").splitlines()
    assert json.loads(line)["error"] == "KeyError"
    assert any("test_failures.py" in frame for frame in json.loads(line)["frames"])
    assert "451423189903215540" not in line


def test_the_log_begins_anew_when_it_is_long(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    log = record(KeyError(), env=env, clock=FakeClock())
    assert log is not None
    log.write_bytes(b"x" * (1024 * 1024 + 1))
    record(KeyError(), env=env, clock=FakeClock())
    assert log.stat().st_size < 1000


def test_where_no_log_can_be_kept_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "yizhan").write_text("a file in the way", "utf-8")
    assert record(KeyError(), env={"XDG_STATE_HOME": str(tmp_path)}, clock=FakeClock()) is None


def test_every_word_is_of_the_tree() -> None:
    assert isinstance(in_words(BaseException()), YizhanError)


@pytest.mark.parametrize("folder", ["runtime", "provisioning", "central", "station_agent"])
def test_what_the_system_says_is_put_in_words_in_one_place(folder: str) -> None:
    root = Path(__file__).parents[3]
    raw = [path for path in (root / folder).rglob("*.py") if ".strerror" in path.read_text("utf-8")]
    assert [path.name for path in raw] == (["failures.py"] if folder == "runtime" else [])


def test_a_folder_in_the_way_on_a_stick_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "growing.tmp").mkdir()
    with pytest.raises(StickUnwritableError, match="这是文件夹，不是文件"):
        GrowingFile(tmp_path / "growing.tmp", tmp_path / "x", lambda: None)
