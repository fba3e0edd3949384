"""A county's database of an older program becomes one of this program, and loses nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command

from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import COUNTY, RELAY, _config, migrate

FIRST = """
INSERT INTO received VALUES
    ('00000000000000aa', x'01', x'0a', 1, NULL, NULL, x'0b', 'case', 1790000000000),
    ('00000000000000aa', x'02', x'0a', 2, NULL, NULL, NULL, 'rejected', 1790000000001);
"""


async def test_what_came_before_backups_is_not_safe_yet(tmp_path: Path) -> None:
    path = tmp_path / "county.db"
    async with Store(sqlite_url(path)) as store:
        config = _config()
        for revision in ("relay_0001", "county_0001"):

            def upgrade(connection: object, revision: str = revision) -> None:
                config.attributes["connection"] = connection
                command.upgrade(config, revision)

            await store.migrate(upgrade)
    with closing(sqlite3.connect(path)) as old:
        old.executescript(FIRST)

    async with Store(sqlite_url(path)) as store:
        await migrate(store, RELAY, COUNTY)

    with closing(sqlite3.connect(path)) as new:
        rows = new.execute("SELECT hex(envelope_id), seq, backup FROM received").fetchall()
        assert rows == [("01", 1, None), ("02", 2, None)]
        assert new.execute("SELECT count(*) FROM backup").fetchone() == (0,)
