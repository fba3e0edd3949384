"""The power goes, at a step of a transaction that a test names."""

from typing import Any

from sqlalchemy import Engine, event

COMMIT = "COMMIT"


class PowerCut(BaseException):
    """Nothing after this runs; what was not committed was never there."""


def cut_power_before(engine: Engine, step: str, *, passing: int = 0) -> None:
    """A statement that begins with ``step`` (or a COMMIT) is never executed.

    Args:
        passing: how many of them are let through before.
    """
    left = passing

    def reached() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            event.remove(engine, name, listener)
            raise PowerCut

    def at_commit(_: object) -> None:
        reached()

    def at_statement(_: object, __: object, statement: str, *___: Any) -> None:
        if statement.startswith(step):
            reached()

    name = "commit" if step == COMMIT else "before_cursor_execute"
    listener = at_commit if step == COMMIT else at_statement
    event.listen(engine, name, listener)
