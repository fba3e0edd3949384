"""What makes a campaign fast and repeatable; all of it stands outside the product.

Databases and files are real, but nothing waits and nothing runs beside anything else: database
calls and thread work run at once in the loop's own thread, and time jumps to the next timer.
SQLAlchemy is used without its asyncio shell, which costs more than everything below it, and an
engine is kept for the next time that the same file is opened.
"""

import asyncio
import gc
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar, cast
from unittest import mock

import aiosqlite.core
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session

from central.relay.exchange.store import RelayExchangeStore
from central.store import engine as engines
from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.store import NOBODY
from station_agent.store import disk
from tests.builders.virtual_time import VirtualLoop

T = TypeVar("T")
_IN_USE = (
    "SELECT lane FROM spool WHERE next_hop = ? AND waiting"
    " UNION SELECT ? FROM blob WHERE next_hop = ? AND waiting"
)
_SMALL_BALLAST_BYTES = 4096  # writing 32 MiB of nothing would take as long as an exchange


class _NowQueue:
    """Stands for the queue of a connection's thread: whatever is put in has run already."""

    def put_nowait(self, entry: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        future, function = entry
        try:
            result = function()
        except BaseException as exc:  # noqa: BLE001 - the one who waits gets it
            if future is not None:
                future.set_exception(exc)
        else:
            if future is not None:
                future.set_result(result)


class _NoThread:
    """Stands for the thread of a connection."""

    daemon = True

    def start(self) -> None:
        return


class CampaignLoop(VirtualLoop):
    """Virtual time; what would go to a thread runs at once."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except BaseException as exc:  # noqa: BLE001 - the one who waits gets it
            future.set_exception(exc)
        return future


class _NowSession:
    """A session whose coroutines never wait."""

    def __init__(self, engine: "NowEngine", options: Mapping[str, Any]) -> None:
        self._engine, self._options = engine, options

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        async with self._engine.busy:
            with Session(self._engine.connection, **self._options) as session, session.begin():
                self.sync_session, self.info = session, session.info
                self.add, self.add_all = session.add, session.add_all
                self.get_bind = session.get_bind
                yield

    async def close(self) -> None:
        """It has ended with its transaction."""

    async def execute(self, *args: Any, **kwargs: Any) -> Any:
        return self.sync_session.execute(*args, **kwargs)

    async def scalars(self, *args: Any, **kwargs: Any) -> Any:
        return self.sync_session.scalars(*args, **kwargs)

    async def scalar(self, *args: Any, **kwargs: Any) -> Any:
        return self.sync_session.scalar(*args, **kwargs)

    async def get(self, *args: Any, **kwargs: Any) -> Any:
        return self.sync_session.get(*args, **kwargs)

    async def get_one(self, *args: Any, **kwargs: Any) -> Any:
        return self.sync_session.get_one(*args, **kwargs)

    async def delete(self, row: Any) -> None:
        self.sync_session.delete(row)

    async def flush(self) -> None:
        self.sync_session.flush()


class NowEngine:
    """Stands for an AsyncEngine; what the product listens for is listened for all the same."""

    def __init__(self, url: str, **_pool: Any) -> None:
        self.sync_engine: Engine = create_engine(url.replace("+aiosqlite", ""), pool_size=1)
        self.url, self.dialect = self.sync_engine.url, self.sync_engine.dialect
        self.reopen()

    def reopen(self) -> None:
        """Begin with another file of the same name, in another loop."""
        self.busy = asyncio.Lock()
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The one connection that there is."""
        if self._connection is None:
            self._connection = self.sync_engine.connect()
        return self._connection

    async def dispose(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.sync_engine.dispose()

    def lanes_in_use(self, peer: str) -> set[int]:
        """Those in which something waits for ``peer``."""
        driver = self.connection.connection.driver_connection
        if driver is None:
            raise TypeError("the connection is closed")
        return {lane for (lane,) in driver.execute(_IN_USE, (peer, int(Lane.BLOBS), peer))}


class _NowSessions:
    """Stands for an async_sessionmaker."""

    def __init__(self, engine: NowEngine, **options: Any) -> None:
        self._engine, self._options = engine, options

    def __call__(self) -> _NowSession:
        return _NowSession(self._engine, self._options)


_engines: dict[str, NowEngine] = {}  # with the statements that each has compiled


@contextmanager
def fast() -> Iterator[None]:
    """Inside, databases answer at once."""
    make_engine, ask = engines.open_engine, RelayExchangeStore.waiting
    make_connection = aiosqlite.core.Connection.__init__

    def open_engine(url: str) -> Any:
        if url not in _engines:
            _engines[url] = cast("NowEngine", make_engine(url))
        _engines[url].reopen()
        return _engines[url]

    def connection(self: Any, *args: Any, **kwargs: Any) -> None:
        make_connection(self, *args, **kwargs)
        self._tx, self._thread = _NowQueue(), _NoThread()

    async def waiting(
        self: RelayExchangeStore,
        after: Mapping[Lane, int],
        limit: int,
        without: Mapping[Lane, AbstractSet[str]] = NOBODY,
    ) -> Mapping[Lane, Sequence[Waiting]]:
        """Lanes in which nothing waits are not asked: that would be most of all questions."""
        used = cast("NowEngine", self._store._engine).lanes_in_use(self._peer.node)
        asked = {lane: at for lane, at in after.items() if lane in used or lane is Lane.CATALOGUE}
        found = await ask(self, asked, limit, without) if asked else {}
        return {lane: found.get(lane, ()) for lane in after}

    with (
        mock.patch.object(engines, "create_async_engine", NowEngine),
        mock.patch.object(engines, "open_engine", open_engine),
        mock.patch.object(engines, "async_sessionmaker", _NowSessions),
        mock.patch.object(RelayExchangeStore, "waiting", waiting),
        mock.patch.object(disk, "BALLAST_BYTES", _SMALL_BALLAST_BYTES),
        mock.patch.object(aiosqlite.core.Connection, "__init__", connection),
    ):
        yield


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run ``story`` to its end, with virtual time.

    Raises:
        StuckError: it waits for something that can't happen any more.
    """
    with asyncio.Runner(loop_factory=CampaignLoop, debug=False) as runner:
        return runner.run(story)


def settle_memory() -> None:
    """Collecting what lives for ever again and again would cost a tenth of the time."""
    gc.collect()
    gc.freeze()
