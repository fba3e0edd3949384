"""The power of a node: it can go before, inside or after any transaction of its database.

A node without power does nothing more: whatever it tries with its database raises PowerCut, and
what it had not committed was never there. Commits that were not synced go, too.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy.ext.asyncio import AsyncSession

from central.store.engine import Store
from station_agent.store import db
from tests.builders.disks.power import PowerCut


class Moment(Enum):
    """Where in a transaction the power goes."""

    BEFORE = "before"
    INSIDE = "inside"  # all was done but the commit
    AFTER = "after"  # committed, and nobody was told


@dataclass(slots=True)
class Power:
    """One node's supply; the database ``path`` names the node."""

    path: Path
    left: int | None = None  # transactions until it goes; None: it stays
    moment: Moment = Moment.BEFORE
    dead: bool = False
    synced_bytes: int = 0  # of the write-ahead log, that a power cut leaves
    transactions: int = 0

    def plan(self, left: int, moment: Moment) -> None:
        """Let it go at a transaction: 0 is the next."""
        self.left, self.moment = left, moment

    def restore(self) -> None:
        """It is back, and stays."""
        self.left, self.dead = None, False

    def begin(self) -> Moment | None:
        """A transaction begins; the moment at which it will end the node, if it is the one."""
        if self.dead:
            raise PowerCut
        self.transactions += 1
        if self.left is None:
            return None
        self.left -= 1
        if self.left >= 0:
            return None
        self.dead = True
        if self.moment is Moment.BEFORE:
            raise PowerCut
        return self.moment

    def look(self) -> None:
        """Somebody reads."""
        if self.dead:
            raise PowerCut


@dataclass(slots=True)
class Grid:
    """The supplies of all nodes whose databases are open."""

    supplies: dict[str, Power] = field(default_factory=dict)

    def connect(self, power: Power) -> None:
        self.supplies[str(power.path)] = power

    def of(self, path: str) -> Power | None:
        return self.supplies.get(path)


@contextmanager
def wired(grid: Grid) -> Iterator[None]:  # noqa: C901, PLR0915 - one place for all switches
    """Inside, every transaction of either kind of store depends on its supply in ``grid``."""
    run_server, run_station, look = Store._transact, db._transact, db._look

    async def server(
        self: Store, work: Callable[[AsyncSession], Awaitable[Any]], *, synced: bool
    ) -> Any:
        power = grid.of(self.engine.url.database or "")
        moment = power.begin() if power else None

        async def until_the_cut(session: AsyncSession) -> Any:
            result = await work(session)
            if moment is Moment.INSIDE:
                raise PowerCut
            return result

        path = Path(self.engine.url.database or "")
        before = log_bytes(path)
        result = await run_server(self, until_the_cut, synced=synced)
        if power is not None and synced and log_bytes(path) > before:  # one that wrote
            power.synced_bytes = log_bytes(path)
        if moment is not None:
            raise PowerCut
        return result

    def station(
        connection: sqlite3.Connection, *, work: Callable[[db.Transaction], Any], synced: bool
    ) -> Any:
        path = _path(connection)
        power = grid.of(path)
        moment = power.begin() if power else None

        def until_the_cut(tx: db.Transaction) -> Any:
            result = work(tx)
            if moment is Moment.INSIDE:
                raise PowerCut
            return result

        result = run_station(connection, work=until_the_cut, synced=synced)
        if power is not None and synced:
            power.synced_bytes = log_bytes(Path(path))
        if moment is not None:
            raise PowerCut
        return result

    def station_look(connection: sqlite3.Connection, *, work: Callable[..., Any]) -> Any:
        power = grid.of(_path(connection))
        if power is not None:
            power.look()
        return look(connection, work=work)

    with (
        mock.patch.object(Store, "_transact", server),
        mock.patch.object(db, "_transact", station),
        mock.patch.object(db, "_look", station_look),
    ):
        yield


def log_path(database: Path) -> Path:
    """The write-ahead log of a database."""
    return database.with_name(database.name + "-wal")


def log_bytes(database: Path) -> int:
    """How long it is now."""
    path = log_path(database)
    return path.stat().st_size if path.exists() else 0


def _path(connection: sqlite3.Connection) -> str:
    row = connection.execute("PRAGMA database_list").fetchone()
    return str(row[2])
