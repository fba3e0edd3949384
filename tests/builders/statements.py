"""What one test's database was asked need not be compiled again for the next one's.

SQLAlchemy keeps compiled statements with an engine, and by its dialect. A test opens an engine or
several of its own; those of one kind of database share both here. What is asked, and answered,
stays the same.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

Make = Callable[..., AsyncEngine]

_STATEMENTS = 4_000  # all that the programs ask, with room
_compiled: LRUCache[Any, Any] = LRUCache(_STATEMENTS)
_dialects: dict[str, Dialect] = {}  # each has been connected with once: it knows its database


def sharing_statements(make: Make) -> Make:
    """``make``, so that engines of one kind share what they have compiled."""

    def create(*args: Any, **options: Any) -> AsyncEngine:
        made = make(*args, **options)
        _share(made.sync_engine)
        return made

    return create


def _share(engine: Engine) -> None:
    engine._compiled_cache = _compiled
    if known := _dialects.get(engine.dialect.name):
        engine.dialect = engine.pool._dialect = known
        return

    @event.listens_for(engine.pool, "connect")
    def _remember(_connection: object, _record: object) -> None:
        _dialects.setdefault(engine.dialect.name, engine.dialect)
