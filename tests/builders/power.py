"""The power goes, at a step of a transaction that a test names."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

COMMIT = "COMMIT"


class PowerCut(BaseException):  # noqa: N818 - an event, and no program may catch it
    """Nothing after this runs; what was not committed was never there."""


def cut_power_before(engine: AsyncEngine, step: str) -> None:
    """The next statement that begins with ``step`` (or the next COMMIT) is never executed."""
    if step == COMMIT:

        @event.listens_for(engine.sync_engine, "commit", once=True)
        def _at_commit(_: object) -> None:
            raise PowerCut

        return

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def _at_statement(_: object, __: object, statement: str, *___: Any) -> None:
        if statement.startswith(step):
            event.remove(engine.sync_engine, "before_cursor_execute", _at_statement)
            raise PowerCut
