"""Whatever opens a SQLite file gets a PostgreSQL database instead: one for each file."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, make_url

from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, RELAY
from tests.builders.disks.blank import blank_sqlite
from tests.builders.disks.postgres import PostgresServer

_COPIES = frozenset({".backup", ".new"})  # files that a backup is made of stay files
_BLANKS = ((RELAY,), (RELAY, COUNTY, ACCOUNTS))
_MARK = b"its rows are on PostgreSQL: "


@contextmanager
def on_postgres(server: PostgresServer) -> Iterator[None]:
    """Meanwhile every server's database is one of ``server``."""
    blanks = {blank_sqlite(*branches) for branches in _BLANKS}  # themselves made on SQLite
    plain = Store.__init__

    def redirected(store: Store, url: str | URL) -> None:
        plain(store, _instead(server, make_url(url), blanks))

    Store.__init__ = redirected  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Store.__init__ = plain  # type: ignore[method-assign]


def let_a_process_find(server: PostgresServer, data: Path) -> None:
    """A county that another process serves asks the same database, as its settings say."""
    url = make_url(f"sqlite+aiosqlite:///{data / 'county.db'}")
    found = make_url(_instead(server, url, frozenset())).render_as_string(hide_password=False)
    settings = data / "county.toml"
    others = settings.read_text("utf-8") if settings.exists() else ""
    settings.write_text(f'database = "{found}"\n{others}', "utf-8")


def _instead(server: PostgresServer, url: URL, blanks: AbstractSet[bytes]) -> str | URL:
    path = Path(url.database or "")
    held = path.read_bytes() if path.is_file() else b""
    blank = held in blanks
    if url.get_backend_name() != "sqlite" or _COPIES & {*path.parts}:
        return url
    copied = held.removeprefix(_MARK).decode() if held.startswith(_MARK) else ""
    if held and not copied and not blank:
        return url  # a copy that came out of a backup
    found = make_url(server.database_of(path, blank=blank, copied=copied))
    if path.parent.exists():  # a program asks whether it was there, and a test may copy its folder
        path.write_bytes(_MARK + (found.database or "").encode())
    return found
