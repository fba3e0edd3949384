"""The folders with which every schedule begins: a county, a hub and village stations that joined.

They are made once, by the programs' own founding, joining, migrating and publishing, and then
copied: a schedule of a tenth of a second can't afford a second of migrations.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from central.county.keys.founding import found_county
from central.store.engine import Store
from central.store.migrate import COUNTY, RELAY, migrate
from protocol.envelope.keys import PublicKeys
from protocol.envelope.suites import OpeningKey, SuiteNumber
from protocol.ids import NodeId
from protocol.trust.edition import Edition
from protocol.trust.enrolment import JoinVerdict, read_parcel
from protocol.trust.kit import Kit
from protocol.trust.roster import Role, Roster
from provisioning.authority import FOLDER, Authority
from provisioning.invitation import Invitation
from runtime.node.identity import load_identity, pending_secrets
from runtime.node.joining import Joining
from station_agent.config import FILE
from station_agent.store import editions
from station_agent.store.db import Transaction
from station_agent.store.vault import make_vault
from tests.builders.chance import SeededRandomness
from tests.builders.virtual_time import LoopClock
from tests.campaign.nodes import Pc, Server
from tests.campaign.power import Grid
from tests.campaign.registry import Registry
from tests.central.county.village import CATALOGUE

URL = "https://127.0.0.1:8440"
_NEXT_ROSTERS = 3  # rosters that may be published while a schedule runs
HUBS = {  # code, name and address
    "hub": ("451423103", "水口镇", "https://127.0.0.1:8441"),
    "hub2": ("451423104", "金龙镇", "https://127.0.0.1:8442"),
}
_SETTINGS = f"suite = {int(SuiteNumber.X25519)}\n"  # the thin suite: ten times as fast to open

# seeds of keys: no schedule may draw the same bytes for what it hands in
_FOUNDING, _JOINING = 1 << 64, (1 << 64) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Templates of every node's folder, and what the authority knows."""

    folder: Path
    county: NodeId
    hubs: tuple[NodeId, ...]  # the one of both villages, and another town's
    stations: tuple[NodeId, ...]
    keys: Mapping[NodeId, PublicKeys]
    rosters: tuple[Roster, ...]  # the one that everybody holds, and later ones

    def keys_of(self, node: NodeId) -> PublicKeys | None:
        return self.keys.get(node)

    def template(self, name: str) -> Path:
        """The folder ``county``, a hub or ``station-N`` as it is before anything happens."""
        return self.folder / name


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectJoining(Joining):
    """Joins at the authority itself instead of over HTTPS."""

    authority: Authority
    county_key: OpeningKey

    async def _post(
        self, kit: Kit, parcel: bytes, read: Callable[[bytes], JoinVerdict]
    ) -> JoinVerdict:
        return read(self.authority.admissions.verdict(read_parcel(parcel), self.county_key)[0])


async def make_places(folder: Path, stations: int = 2) -> Places:
    """Found a county in ``folder``, let a hub and ``stations`` join, and migrate all."""
    shutil.rmtree(folder, ignore_errors=True)
    clock, chance = LoopClock(), SeededRandomness(_FOUNDING)
    data = folder / "county"
    county = found_county(
        data,
        code="451423",
        name="龙州县政务服务中心",
        url=URL,
        database="",
        clock=clock,
        randomness=chance,
    )
    authority = Authority.open(data / FOLDER, clock=clock, randomness=chance)
    joining = DirectJoining(
        clock=clock,
        randomness=chance,
        authority=authority,
        county_key=load_identity(data).keys.opening[SuiteNumber.XWING],
    )
    hub, other = [
        await join(joining, folder / name, _invite(authority, Role.HUB, None, name), Role.HUB)
        for name in HUBS
    ]
    names = [f"station-{number}" for number in range(stations)]
    villages = [
        await join(joining, folder / name, _invite(authority, Role.STATION, hub), Role.STATION)
        for name in names
    ]
    for village in villages:
        authority.set_paths(village, [county, other])
    rosters = [authority.roster()]
    for _ in range(_NEXT_ROSTERS):
        _invite(authority, Role.STATION, hub)
        rosters.append(authority.roster())
    keys = {node: authority.keys_of(node) for node in (county, hub, other, *villages)}
    authority.close()
    (data / FOLDER).rename(folder / FOLDER)  # apart: who loses the county's disk still has it
    places = Places(
        folder=folder,
        county=county,
        hubs=(hub, other),
        stations=tuple(villages),
        keys={node: key for node, key in keys.items() if key is not None},
        rosters=tuple(rosters),
    )
    await _bring_up_to_date(places, names)
    return places


def _invite(authority: Authority, role: Role, parent: NodeId | None, name: str = "") -> Invitation:
    code, words, url = HUBS.get(name, ("451423103201", "独山村", ""))
    return authority.add(role=role, code=code, name=words, parent=parent, url=url)


async def join(joining: DirectJoining, data: Path, invitation: Invitation, role: Role) -> NodeId:
    """Make ``data`` the folder of the node that ``invitation`` is for."""
    pending_secrets(data, joining.randomness)
    if role is Role.STATION:
        make_vault(data / "node.new", None, joining.randomness)
        (data / FILE).write_text(_SETTINGS)
    return (await joining.join(invitation.kit, invitation.code, data, role)).node


async def _bring_up_to_date(places: Places, names: list[str]) -> None:
    """Everybody holds the first roster and the first release; nobody has met anybody yet."""
    roster, chance, grid = places.rosters[0].edition, SeededRandomness(_JOINING), Grid()
    release: Edition | None = None
    servers = [(Role.COUNTY, "county", (RELAY, COUNTY)), *((Role.HUB, n, (RELAY,)) for n in HUBS)]
    for role, name, branches in servers:
        data = places.folder / name
        async with Store(f"sqlite+aiosqlite:///{data / f'{role.value}.db'}") as store:
            await migrate(store, *branches)
        server = Server(
            role,
            data,
            randomness=chance,
            grid=grid,
            registry=Registry(places=places, folder=data, randomness=chance),
        )
        await server.open()
        if roster.version > server.relay.editions.roster.version:
            await server.relay.publish(roster)
        if role is Role.COUNTY:
            await server.county.catalogue.publish(CATALOGUE)
            release = server.relay.editions.release
        elif release is not None:
            await server.relay.publish(release)
        await server.begin_anew()  # two counties of one campaign must not have the same
        await server.close()
    for name, node in zip(names, places.stations, strict=True):
        pc = Pc(name, node, places.folder / name, randomness=chance, grid=grid)
        await pc.open()
        await pc.station.database.write(lambda tx: _hold(tx, roster, release))
        await pc.close()


def _hold(tx: Transaction, *held: Edition | None) -> None:
    """Keep these editions, and forget the instance: the next start makes a new one."""
    for edition in held:
        if edition is not None:
            editions.keep(tx, edition.head.kind, edition)
    tx.run("DELETE FROM station")
