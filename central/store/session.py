"""A session on SQLite's one connection: short statements at once, all others in its thread.

Going to the thread and back costs more than a small statement. What surely is short needs none:
reading within a limit of SQLite's own steps, and changing a row or two by their key. A query that
reaches the limit is broken off and made again in the thread, so that the loop never waits for a
long one; a change can't be broken off, so its author says that it is short
(:data:`central.store.base.BY_KEY`), and with many values it is not believed.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import SelectBase

from central.store.base import BY_KEY

T = TypeVar("T")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
Run = Callable[[Executable, Parameters], Any]

_STEPS = 20_000  # of SQLite's machine, about a millisecond
_FEW_VALUES = 64  # some rows


class Thread(Protocol):
    """The thread in which what may take long is done, one call after the other."""

    async def do(self, call: Callable[[], T]) -> T:
        """What ``call`` returns there."""
        ...


class DirectSession:
    """One transaction, as AsyncSession would show it: all of it that this project asks for."""

    def __init__(
        self,
        connection: Connection,
        driver: sqlite3.Connection,
        thread: Thread,
        *,
        shared: bool = False,
    ) -> None:
        """``shared``: others are in the connection's transaction; what fails here must leave it."""
        self._connection, self._driver, self._thread = connection, driver, thread
        self._shared = shared
        self._objects: Session | None = None
        self.info: dict[str, Any] = {}

    def get_bind(self) -> Connection:
        """For its dialect."""
        return self._connection

    async def execute(self, statement: Executable, parameters: Parameters = None) -> Any:  # noqa: ANN401
        """Its result, whose rows are in memory."""
        return await self._run(self._target(statement).execute, statement, parameters)

    async def scalars(self, statement: Executable, parameters: Parameters = None) -> Any:  # noqa: ANN401
        """The first column of its rows."""
        return await self._run(self._target(statement).scalars, statement, parameters)

    async def scalar(self, statement: Executable, parameters: Parameters = None) -> Any:  # noqa: ANN401
        """The first column of its first row; None if there is none."""
        return await self._run(self._target(statement).scalar, statement, parameters)

    async def get(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """A row as an object, by its key."""
        return await self._read(partial(self._rows.get, *args, **options))

    async def get_one(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """The same, where it must be there."""
        return await self._read(partial(self._rows.get_one, *args, **options))

    def add(self, row: object) -> None:
        """A new row, with the next flush."""
        self._rows.add(row)

    def add_all(self, rows: Iterable[object]) -> None:
        """New rows, with the next flush."""
        self._rows.add_all(rows)

    async def delete(self, row: object) -> None:
        """Delete it, with the next flush."""
        await self._thread.do(partial(self._rows.delete, row))

    async def flush(self) -> None:
        """Write what became of objects."""
        if self._has_changes:
            await self._thread.do(self._rows.flush)

    async def commit(self) -> None:
        """Write what became of objects; the connection's transaction goes on."""
        await self.flush()
        if self._objects is not None:
            self._objects.commit()

    def close(self) -> None:
        """Let go of all objects; without :meth:`commit` nothing of them stays."""
        if self._objects is not None:
            self._objects.close()

    @property
    def _rows(self) -> Session:
        """For rows as objects; made only where there are some."""
        if self._objects is None:
            self._objects = Session(
                self._connection,
                expire_on_commit=False,
                join_transaction_mode="create_savepoint" if self._shared else "rollback_only",
            )
        return self._objects

    @property
    def _has_changes(self) -> bool:
        objects = self._objects
        return objects is not None and bool(objects.new or objects.dirty or objects.deleted)

    def _target(self, statement: Executable) -> Any:  # noqa: ANN401 - their methods are alike
        """Only what names a class needs the session of objects, which takes three times as long."""
        names_class = bool(statement._propagate_attrs)  # noqa: SLF001 - as a session asks itself
        return self._rows if names_class else self._connection

    async def _run(self, run: Run, statement: Executable, parameters: Parameters) -> Any:  # noqa: ANN401
        call = partial(run, statement, parameters)
        if isinstance(statement, SelectBase):
            return await self._read(call)
        if _is_by_key(statement) and _count(parameters) <= _FEW_VALUES:
            return call()
        return await self._thread.do(call)

    async def _read(self, call: Callable[[], T]) -> T:
        """Here if it is short.

        SQLite counts the steps of a prepared statement over all its runs, so that now and then a
        short one is made again, too.
        """
        if self._has_changes:  # they are written first
            return await self._thread.do(call)
        self._driver.set_progress_handler(_break_off, _STEPS)
        try:
            return call()
        except OperationalError as exc:
            if getattr(exc.orig, "sqlite_errorcode", 0) != sqlite3.SQLITE_INTERRUPT:
                raise
        finally:
            self._driver.set_progress_handler(None, 0)
        return await self._thread.do(call)


def _break_off() -> int:
    return 1


def _is_by_key(statement: Executable) -> bool:
    return bool(BY_KEY.items() <= statement.get_execution_options().items())


def _count(parameters: Parameters) -> int:
    """How many values a statement brings."""
    if parameters is None:
        return 0
    rows = [parameters] if isinstance(parameters, Mapping) else parameters
    return sum(
        len(value) if isinstance(value, list | tuple | set | frozenset) else 1
        for row in rows
        for value in row.values()
    )
