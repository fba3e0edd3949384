"""The power goes, at a step of a transaction that a test names."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from central.store.base import BY_KEY

COMMIT = "COMMIT"


class PowerCut(BaseException):
    """Nothing after this runs; what was not committed was never there."""


def cut_power_before(engine: AsyncEngine, step: str, *, passing: int = 0) -> None:
    """A statement that begins with ``step`` (or a COMMIT) is never executed.

    Args:
        passing: how many of them are let through before.
    """
    left = passing

    def reached() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            event.remove(engine.sync_engine, name, listener)
            raise PowerCut

    def at_commit(_: object) -> None:
        reached()

    def at_statement(_: object, __: object, statement: str, *___: Any) -> None:
        if statement.replace(f"{BY_KEY} ", "").startswith(step):
            reached()

    name = "commit" if step == COMMIT else "before_cursor_execute"
    listener = at_commit if step == COMMIT else at_statement
    event.listen(engine.sync_engine, name, listener)
