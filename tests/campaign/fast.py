"""What makes a campaign fast and repeatable; all of it stands outside the product.

Databases and files are real, but nothing waits and nothing runs beside anything else: database
calls and thread work run at once in the loop's own thread, and time jumps to the next timer.
What one database was asked is not compiled again for the next one.
"""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

import aiosqlite.core

from central.relay.exchange.store import RelayExchangeStore
from central.store.engine import Store
from protocol.envelope.envelope import Lane
from protocol.exchange.lanes import Waiting
from protocol.exchange.store import NOBODY
from station_agent.store import disk
from tests.builders.statements import sharing_statements
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


def _lanes_in_use(store: Store, peer: str) -> set[int]:
    """Those in which something waits for ``peer``."""
    if store._file is None:
        raise TypeError("a campaign's databases are files")
    if store._file._thread is None:  # the power is gone: the product finds that out by itself
        return set(Lane)
    values = (peer, int(Lane.BLOBS), peer)
    return {lane for (lane,) in store._file._driver.execute(_IN_USE, values).fetchall()}


@contextmanager
def fast() -> Iterator[None]:
    """Inside, databases answer at once."""
    make_connection, ask = aiosqlite.core.Connection.__init__, RelayExchangeStore.waiting

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
        used = _lanes_in_use(self._store, self._peer.node)
        asked = {lane: at for lane, at in after.items() if lane in used or lane is Lane.CATALOGUE}
        found = await ask(self, asked, limit, without) if asked else {}
        return {lane: found.get(lane, ()) for lane in after}

    with (
        sharing_statements(),
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
