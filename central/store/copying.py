"""A whole database as one SQLite file, of one moment, and the way from there to another server.

SQLite is copied by its own online backup. PostgreSQL is read in one snapshot, table by table, as
the models describe them, into a file that the same migrations have made; the way back is the
same. So a backup restores to either kind.

Source: docs/operations.md, "Backup and restore".
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Table, insert, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.store.base import Base
from central.store.engine import Store
from central.store.migrate import migrate
from central.store.ports import Snapshot

_ROWS = 500  # moved together; the widest holds one envelope of 56 KB

Moved = Callable[[int, int], None]
"""Told how many bytes of how many are copied; a total of 0 means unknown."""


def sqlite_url(path: Path) -> URL:
    """The URL of a database file; made of its parts, since a folder may be named ``50%?``."""
    return URL.create("sqlite+aiosqlite", database=str(path.absolute()))


async def copy_to_file(store: Store, path: Path, branches: tuple[str, ...], moved: Moved) -> None:
    """Copy ``store`` to ``path``, a new file, while others write to it.

    Raises:
        DiskFullError, StoreError: it can't be copied.
    """
    if store.dialect == "sqlite":
        await store.copy_file(path, moved)
        return
    async with Store(sqlite_url(path)) as target:
        await migrate(target, *branches)
        await copy_rows(store, target, moved)


async def copy_rows(source: Store, target: Store, moved: Moved) -> None:
    """All rows of ``source`` into ``target``, which has the same tables and no row: all or none."""
    held = await target.migrate(lambda connection: set(inspect(connection).get_table_names()))

    async def work(session: AsyncSession) -> None:
        async with source.snapshot() as snapshot:
            for table in Base.metadata.sorted_tables:
                if table.name in held and not table.info.get("passing"):
                    await _copy_table(snapshot, session, table, moved)

    await target.transact(work)


async def _copy_table(
    snapshot: Snapshot, session: AsyncSession, table: Table, moved: Moved
) -> None:
    async for part in snapshot.partitions(select(table), _ROWS):
        await session.execute(insert(table), [dict(row._mapping) for row in part])  # noqa: SLF001
        moved(0, 0)
