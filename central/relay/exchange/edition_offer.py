"""News of roster and release for one neighbour: each version once in an exchange."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.editions.service import Editions, waiting_of
from central.relay.exchange.peer import Peer
from central.store.engine import Store
from protocol.exchange.lanes import Waiting
from protocol.exchange.messages import EditionNews, Hello, Item, Part
from protocol.trust.edition import Kind

_KINDS = (Kind.ROSTER, Kind.RELEASE)


class EditionOffer:
    """Of one exchange; news goes only down."""

    def __init__(self, peer: Peer, store: Store, editions: Editions) -> None:
        self._peer, self._store, self._editions = peer, store, editions
        self._held = {Kind.ROSTER: 0, Kind.RELEASE: 0}  # by the peer
        self._promised: dict[bytes, EditionNews] = {}  # pushed to the peer, parts to follow

    def meet(self, hello: Hello) -> None:
        """What the peer holds."""
        self._held = {Kind.ROSTER: hello.roster, Kind.RELEASE: hello.release}

    async def waiting(self, session: AsyncSession, after: int) -> Sequence[Waiting]:
        """What is newer here than there, behind the position ``after``."""
        found: list[Waiting] = []
        if self._peer.is_parent:
            return found
        for kind in _KINDS:
            news = await self._editions.news(session, kind, self._held[kind])
            if news is None:
                continue
            self._held[kind] = news.version
            items = waiting_of(news, after + len(found) + 1)
            self._promised |= dict.fromkeys((item.key for item in items), news)
            found += items
        return found

    async def item(self, waiting: Waiting, part_bytes: int) -> Item | None:
        """The news, or a part of its body; None if it has gone."""
        news = self._promised.get(waiting.key)
        if news is None or not waiting.parts:
            return news
        body = await self._store.transact(lambda s: self._editions.body(s, news))
        if body is None:
            return None
        data = body[waiting.offset : waiting.offset + part_bytes]
        return Part(blob=waiting.key, size=waiting.size, offset=waiting.offset, data=data)
