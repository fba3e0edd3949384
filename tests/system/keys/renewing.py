"""A county and a station below it, real programs in one process, with a clock for the station."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from central.county.app import open_county
from central.county.control.node import CountyNode
from central.county.keys.founding import found_county
from central.server.config import ServerConfig
from protocol.ids import NodeId
from protocol.trust.enrolment import JoinVerdict, read_parcel
from protocol.trust.kit import Kit
from protocol.trust.roster import Role
from provisioning.invitation import Invitation
from runtime.node.identity import pending_secrets
from runtime.node.joining import Joining
from runtime.system import SystemClock, SystemRandomness
from station_agent.app import Station
from station_agent.opening import open_station
from station_agent.store.vault import make_vault
from tests.builders.clock import FakeClock, ShiftedClock
from tests.central.county.village import CATALOGUE
from tests.central.nodes import talk


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectJoining(Joining):
    """Joins at an open county instead of over HTTPS."""

    county: CountyNode

    async def _post(
        self, kit: Kit, parcel: bytes, read: Callable[[bytes], JoinVerdict]
    ) -> JoinVerdict:
        return read(await self.county.admit(read_parcel(parcel)))


@dataclass(kw_only=True)
class Place:
    """One county, one station, and what passes between them."""

    folder: Path
    county: CountyNode
    node: NodeId
    clock: FakeClock = field(default_factory=FakeClock)
    county_clock: ShiftedClock = field(default_factory=ShiftedClock)

    @classmethod
    @asynccontextmanager
    async def open(
        cls, folder: Path, url: str = "https://127.0.0.1:8440"
    ) -> AsyncIterator["Place"]:
        found_county(
            folder / "county",
            code="451423",
            name="龙州县政务服务中心",
            url=url,
            database="",
            clock=SystemClock(),
            randomness=SystemRandomness(),
        )
        clock = ShiftedClock()
        async with open_county(folder / "county", ServerConfig(), clock=clock) as county:
            await county.county.catalogue.publish(CATALOGUE)
            node = await _join(folder / "station", county)
            yield cls(folder=folder, county=county, node=node, county_clock=clock)

    @property
    def data(self) -> Path:
        """Of the station."""
        return self.folder / "station"

    @asynccontextmanager
    async def station(self) -> AsyncIterator[Station]:
        """The village PC is switched on."""
        async with open_station(
            self.data, clock=self.clock, randomness=SystemRandomness()
        ) as station:
            yield station

    def pass_days(self, days: int) -> None:
        """At the county; what the station's own clock does is another matter."""
        self.county_clock.pass_s(days * 86_400)

    @property
    def time_ms(self) -> int:
        """As the county tells it."""
        return self.county_clock.now_ms()

    async def exchange(self, station: Station) -> None:
        """Over a line in memory; whatever the county has to publish is published then."""
        await talk(
            station.exchanges.stores(),
            self.county.exchanges.store_for(self.node),
            time_ms=self.time_ms,
        )
        await self.county.county.rosters.idle()


async def join_hub(place: Place) -> NodeId:
    """A hub beside the station, in the folder ``hub``."""
    invitation = place.county.authority.add(
        role=Role.HUB, code="451423103", name="水口镇", parent=None, url="https://127.0.0.1:8441"
    )
    pending_secrets(place.folder / "hub", SystemRandomness())
    return await _joined(place.folder / "hub", place.county, invitation, Role.HUB)


async def _join(data: Path, county: CountyNode) -> NodeId:
    invitation = county.authority.add(
        role=Role.STATION, code="451423103201", name="独山村", parent=None
    )
    randomness = SystemRandomness()
    pending_secrets(data, randomness)
    make_vault(data / "node.new", None, randomness)
    return await _joined(data, county, invitation, Role.STATION)


async def _joined(data: Path, county: CountyNode, invitation: Invitation, role: Role) -> NodeId:
    joining = DirectJoining(clock=FakeClock(), randomness=SystemRandomness(), county=county)
    return (await joining.join(invitation.kit, invitation.code, data, role)).node
