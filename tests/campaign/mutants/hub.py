"""Rules of hub and county alike, each broken on purpose while a schedule is played."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from unittest import mock

from msgspec import structs
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import central.relay.exchange.greeter as greeter_module
import central.relay.exchange.meeting as meeting_module
import central.relay.queue.receiver as receiver_module
import central.relay.queue.spool as spool_module
import station_agent.exchange.view.meeting as station_meeting_module
import tests.campaign.nodes as nodes_module
from central.relay.exchange.neighbours import county_instance
from central.relay.exchange.store import RelayExchangeStore
from central.relay.store.models import SpoolRow
from protocol.exchange.ack_history import AckHistory
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import Hello, Item
from station_agent.store import applications


def hub_ignores_the_countys_instance() -> AbstractContextManager[object]:
    """A hub tells its stations for ever of the county that it met first."""
    meet = RelayExchangeStore.meet

    async def stay(self: RelayExchangeStore, hello: Hello) -> int:
        if self._peer.is_parent:
            known = await self._store.transact(lambda s: county_instance(s, self._peer.node))
            hello = structs.replace(hello, county=b"") if known else hello
        return await meet(self, hello)

    return mock.patch.object(RelayExchangeStore, "meet", stay)


@contextmanager
def a_childs_instance_is_ignored() -> Iterator[None]:
    """A parent offers nothing again to a hub that began empty, or was set back."""
    with (
        mock.patch.object(meeting_module, "forget_custody", _nothing),
        mock.patch.object(meeting_module, "mistrust", _nothing),
    ):
        yield


async def _nothing(*_: Any) -> None:
    return


def hub_purges_when_sent() -> AbstractContextManager[object]:
    """The hub deletes what it has pushed, before the county has confirmed it."""
    read = RelayExchangeStore.read

    async def purge(
        self: RelayExchangeStore, waiting: Sequence[Waiting], part_bytes: int
    ) -> Sequence[Item | None]:
        items = await read(self, waiting, part_bytes)
        if self._peer.is_parent:
            await self._answers.hand_over.take_custody([w for w in waiting if not w.parts])
        return items

    return mock.patch.object(RelayExchangeStore, "read", purge)


def hub_takes_nothing_twice() -> AbstractContextManager[object]:
    """What a hub once passed on it does not take again, though who has it is no more."""

    async def revive(*_: Any) -> None:
        return

    return mock.patch.object(receiver_module, "revive", revive)


def hub_holds_what_it_ever_saw() -> AbstractContextManager[object]:
    """Asked what it holds, a hub counts what it passed on to a county that is no more."""

    async def ever_seen(session: AsyncSession, prefixes: Sequence[bytes]) -> set[bytes]:
        query = select(SpoolRow.prefix).where(SpoolRow.prefix.in_(prefixes))
        return set((await session.scalars(query)).all())

    return mock.patch.object(spool_module, "held_prefixes", ever_seen)


@contextmanager
def acknowledged_before_the_commit() -> Iterator[None]:
    """A server acknowledges what came, and commits it when the exchange is over."""
    store, parted = RelayExchangeStore.store, RelayExchangeStore.parted
    later: dict[int, list[tuple[bytes, int, Sequence[Item]]]] = {}

    async def at_once(
        self: RelayExchangeStore, exchange: bytes, upto: int, items: Sequence[Item]
    ) -> Sequence[tuple[int, str]]:
        later.setdefault(id(self), []).append((exchange, upto, items))
        return ()

    async def at_the_end(self: RelayExchangeStore, *, clean: bool) -> None:
        for batch in later.pop(id(self), []):
            await store(self, *batch)
        await parted(self, clean=clean)

    with (
        mock.patch.object(RelayExchangeStore, "store", at_once),
        mock.patch.object(RelayExchangeStore, "parted", at_the_end),
    ):
        yield


@contextmanager
def restore_keeps_the_instance() -> Iterator[None]:
    """Our tool restores a county or hub and does not make it another life; nobody notices."""

    async def keep(_: nodes_module.Server) -> None:
        return

    with mock.patch.object(nodes_module.Server, "begin_anew", keep), a_set_back_is_not_noticed():
        yield


@contextmanager
def a_set_back_is_not_noticed() -> Iterator[None]:
    """What neighbours remember, and what children show, is not compared."""

    async def show_nothing(*_: Any) -> bytes:
        return b""

    def all_fits(*_: Any) -> bool:
        return True

    def nothing_changed(*_: Any) -> bool:
        return False

    def no_mark(*_: Any) -> bytes:
        return b""

    with (
        mock.patch.object(greeter_module, "highest_mark", show_nothing),
        mock.patch.object(AckHistory, "fits", all_fits),
        mock.patch.object(station_meeting_module, "note_set_back", nothing_changed),
        mock.patch.object(applications, "mark_of", no_mark),
    ):
        yield
