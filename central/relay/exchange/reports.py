"""What a Hello tells beside versions: where stations roam, how nodes do, the county's time."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.neighbours import Link
from central.relay.exchange.peer import Peer
from central.relay.health.service import HealthBook
from central.relay.routing.roaming import RoamingReports
from central.relay.time.service import Times
from protocol.exchange.messages import Hello
from protocol.trust.reports.health import Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What our Hello tells."""

    roaming_reports: tuple[bytes, ...]
    heard: tuple[Heard, ...]
    time_n: int
    time: bytes
    shows_time: bool


class Reports:
    """Of one exchange: reports of children go up, the county's time comes down."""

    def __init__(
        self, peer: Peer, *, roaming: RoamingReports, health: HealthBook, times: Times
    ) -> None:
        self._peer, self._roaming, self._health, self._times = peer, roaming, health, times
        self._telling: tuple[bytes, ...] = ()

    async def tell(self, session: AsyncSession, link: Link) -> Told:
        """For our Hello."""
        self._telling = self._roaming.untold() if self._peer.is_parent else ()
        time_n, time = await self._times.held(session)
        return Told(
            roaming_reports=self._telling,
            heard=await self._health.tell(session, link) if self._peer.is_parent else (),
            time_n=time_n,
            time=time,
            shows_time=self._times.shows,
        )

    async def take(self, session: AsyncSession, hello: Hello, *, anew: bool) -> None:
        """What the peer's Hello tells; ``anew``: its database is another than last time."""
        await self._times.meet(session, hello, upstream_reports=self._peer.is_parent)
        if self._peer.is_parent:
            if anew:
                self._roaming.forget_told()
                self._health.forget_told()
        else:
            await self._roaming.take(session, self._peer.node, hello.roaming_reports)
            await self._health.take(session, self._peer.node, hello.heard)

    def told(self) -> None:
        """The peer has acted on them."""
        self._roaming.told(self._telling)
        if self._peer.is_parent:
            self._health.told()
