"""The offices of a county's townships: keys, what goes to them, and what comes from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.answers.sealing import Sealer
from central.county.casework.cases import Cases
from central.county.casework.service import Casework
from central.county.casework.views import FollowedBy
from central.county.flows.log import By
from central.county.flows.service import Flows, Wanted
from central.county.offices.giving import Giving
from central.county.offices.keys import OfficeKeys
from central.county.offices.news import News
from central.county.offices.papers import Papers
from central.county.offices.taking import Taking
from central.county.offices.words import OfficeWords, Sealing
from central.relay.service import Relay
from protocol.envelope.envelope import Envelope
from protocol.envelope.office_payloads import OfficeAsked, OfficeRequest
from protocol.ids import NodeId


def words_of(relay: Relay) -> OfficeWords:
    """Who speaks to the offices of a county."""
    sealing = Sealing(nodes=relay.editions)
    return OfficeWords(sealing=sealing, outgoing=relay.post_office(sealing.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """Of one county."""

    keys: OfficeKeys
    news: News
    giving: Giving
    taking: Taking
    flows: Flows

    @classmethod
    def build(
        cls,
        relay: Relay,
        *,
        words: OfficeWords,
        casework: Casework,
        cases: Cases,
        flows: Flows,
        sealer: Sealer,
        followed_by: FollowedBy,
        contacts: Callable[[], Mapping[NodeId, str]],
    ) -> Self:
        """All of it."""
        papers = Papers(blobs=relay.queue.files, sealer=sealer)
        news = News(
            store=relay.store,
            casework=casework,
            log=flows.log,
            followed_by=followed_by,
            papers=papers,
            words=words,
            clock=relay.clock,
        )
        return cls(
            news=news,
            keys=OfficeKeys(
                store=relay.store,
                nodes=relay.editions,
                words=words,
                contacts=contacts,
                clock=relay.clock,
            ),
            giving=Giving(
                store=relay.store,
                nodes=relay.editions,
                releases=relay.editions,
                papers=papers,
                casework=casework,
                cases=cases,
                flows=flows,
                news=news,
                words=words,
            ),
            taking=Taking(
                store=relay.store,
                nodes=relay.editions,
                casework=casework,
                flows=flows,
                words=words,
            ),
            flows=flows,
        )

    async def arrived(
        self, session: AsyncSession, envelope: Envelope, asked: OfficeAsked, now_ms: int
    ) -> None:
        """Take what a hub's office says or asks, in the transaction that stores its envelope."""
        if isinstance(asked, OfficeRequest):
            await self.keys.asked(session, envelope, asked, now_ms)
        else:
            await self.taking.arrived(session, envelope, asked, now_ms)

    async def look(self) -> None:
        """Take what has come, give away what is due, and tell what came meanwhile.

        Every few seconds, and at a start.
        """
        await self.taking.look()
        await self.giving.look()
        await self.news.look()

    async def reclaim(
        self, hub: str, note: str, by: By, *, retire: bool = False, again: bool = False
    ) -> int:
        """Take back every case that a hub's office has, each by an event; how many those are.

        Args:
            retire: its PC is lost: nothing is sealed for its key any more.
            again: they are given to the office once more, as soon as it has a key.

        Raises as Flows.act, of the first that can't be taken back; those before it were.
        """
        store = self.taking.store
        if retire:
            await store.transact(lambda session: self.keys.retire(session, NodeId(hub)))
        numbers = await store.transact(lambda session: self._numbers(session, hub))
        for number in numbers:
            await self.flows.act(number, Wanted(action="reclaim", note=note), by)
            if again:
                await self.flows.act(number, Wanted(action="to-office", note=note), by)
        return len(numbers)

    async def _numbers(self, session: AsyncSession, hub: str) -> list[str]:
        keys = await self.flows.log.at_office(session, hub)
        found = await self.taking.casework.handled_of(session, keys)
        return sorted(one.number for one in found.values())
