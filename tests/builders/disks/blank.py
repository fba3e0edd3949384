"""Databases with every table and no row: making tables is most of what opening a node takes.

``tests/central/store/test_migrate.py`` makes them from nothing.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import migrate


@cache
def blank_sqlite(*branches: str) -> bytes:
    """The file of a SQLite database with the tables of ``branches``, made once in a process."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "blank.db")
        make_tables(str(sqlite_url(path)), *branches)
        return path.read_bytes()


def make_tables(url: str, *branches: str) -> None:
    """Bring the database at ``url`` to the newest schema, whether or not a loop runs here."""

    async def make() -> None:
        async with Store(url) as store:
            await migrate(store, *branches)

    with ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, make()).result()
