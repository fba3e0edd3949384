"""What one test's database was asked need not be compiled again for the next one's.

SQLAlchemy keeps compiled statements with an engine, and by its dialect. A test opens an engine or
several of its own; those of one kind of database share both here. What is asked, and answered,
stays the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from central.store import postgres, sqlite

_STATEMENTS = 4_000  # all that the programs ask, with room
_compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)
_dialects: dict[str, Dialect] = {}  # each has been connected with once: it knows its database


@contextmanager
def sharing_statements() -> Iterator[None]:
    """Inside, engines of one kind share what they have compiled."""

    def file(*args: Any, **options: Any) -> Engine:
        made = create_engine(*args, **options)
        _share(made)
        return made

    def server(*args: Any, **options: Any) -> AsyncEngine:
        made = create_async_engine(*args, **options)
        _share(made.sync_engine)
        return made

    with (
        mock.patch.object(sqlite, "create_engine", file),
        mock.patch.object(postgres, "create_async_engine", server),
    ):
        yield


def _share(engine: Engine) -> None:
    engine._compiled_cache = _compiled
    if known := _dialects.get(engine.dialect.name):
        engine.dialect = engine.pool._dialect = known
        return

    @event.listens_for(engine.pool, "connect")
    def _remember(_connection: object, _record: object) -> None:
        _dialects.setdefault(engine.dialect.name, engine.dialect)
