"""A county, two hubs and a village station that may call any of them: real programs, real disks."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from central.county.keys.founding import found_county
from central.store.engine import Store
from central.store.migrate import COUNTY, RELAY, migrate
from protocol.envelope.payloads import Outcome
from protocol.envelope.suites import SuiteNumber
from protocol.ids import ApplicationId, NodeId
from protocol.json_values import to_json
from protocol.trust.roster import Role
from provisioning.authority import FOLDER, Authority
from provisioning.invitation import Invitation
from provisioning.lifecycle.changes import replaced
from runtime.node.identity import load_identity, pending_secrets
from station_agent.config import FILE
from station_agent.intake.calls import Submission
from station_agent.store.vault import make_vault
from tests.builders.chance import SeededRandomness
from tests.builders.clerk import status_of
from tests.builders.clock import FakeClock
from tests.builders.lines.links import Line
from tests.campaign.nodes import Machine, Pc, Server
from tests.campaign.places import URL, DirectJoining
from tests.campaign.power import Grid
from tests.campaign.talk import talk
from tests.central.county.village import CATALOGUE, ITEM, MATERIAL


class Roaming:
    """Use :func:`roaming`. The station stands below ``home``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.chance, self.clock = folder, SeededRandomness(5), FakeClock()
        self.grid = Grid()
        self.county: Server
        self.home: Server
        self.other: Server
        self.pc: Pc

    def found(self) -> None:
        """Everybody joins."""
        data = self.folder / "county"
        self.node = found_county(
            data,
            code="451423",
            name="龙州县",
            url=URL,
            database="",
            clock=self.clock,
            randomness=self.chance,
        )
        self.authority = Authority.open(data / FOLDER, clock=self.clock, randomness=self.chance)

    async def join(self, name: str, role: Role, parent: NodeId | None = None) -> NodeId:
        """One more node, with its folder."""
        return await self._enter(name, role, self._invite(role, parent))

    async def replace_pc(self, name: str) -> None:
        """Another PC joins under the station's id; the folder of the lost one is a thief's."""
        node = self.pc.node
        invitation = self.authority.invitations.replace(node, lambda r: replaced(r, node, None))
        await self._enter(name, Role.STATION, invitation)
        await self.publish_roster()

    async def _enter(self, name: str, role: Role, invitation: Invitation) -> NodeId:
        hub, data = role is Role.HUB, self.folder / name
        pending_secrets(data, self.chance)
        if not hub:
            make_vault(data / "node.new", None, self.chance)
            (data / FILE).write_text(f"suite = {int(SuiteNumber.X25519)}\n")
        joining = DirectJoining(
            clock=self.clock,
            randomness=self.chance,
            authority=self.authority,
            county_key=load_identity(self.folder / "county").keys.opening[SuiteNumber.XWING],
        )
        return (await joining.join(invitation.kit, invitation.code, data, role)).node

    def _invite(self, role: Role, parent: NodeId | None) -> Invitation:
        hub = role is Role.HUB
        port = 8440 + len(self.authority.roster().nodes)  # no two are called at one address
        return self.authority.add(
            role=role,
            code="451423103" if hub else "451423103201",
            name="水口镇" if hub else "独山村",
            parent=parent,
            url=f"https://127.0.0.1:{port}" if hub else "",
        )

    async def server(self, name: str, role: Role) -> Server:
        """A server on its folder, switched on."""
        data = self.folder / name
        branches = (RELAY, COUNTY) if role is Role.COUNTY else (RELAY,)
        async with Store(f"sqlite+aiosqlite:///{data / f'{role.value}.db'}") as store:
            await migrate(store, *branches)
        server = Server(
            role,
            data,
            randomness=self.chance,
            grid=self.grid,
            registry=self.authority,
        )
        server.clock = self.clock  # type: ignore[assignment]
        await server.open()
        return server

    async def publish_roster(self) -> None:
        """The county holds the authority's newest roster; the others hear of it by exchanges."""
        roster = self.authority.roster()
        if roster.version > self.county.relay.editions.roster.version:
            await self.county.relay.publish(roster.edition)

    async def talk(self, child: Machine, parent: Machine, line: Line | None = None) -> int:
        """One exchange; how many bytes came down."""
        line = line or Line()
        await talk(child, parent, line, os.urandom(8))
        return line.down.carried

    async def submit(self, size: int = 0) -> ApplicationId:
        """The clerk hands in an application, and perhaps a file of ``size`` bytes."""
        name = ApplicationId(self.chance.token(16).hex())
        paper = self.folder / "paper.jpg"
        paper.write_bytes(self.chance.token(size))
        await self.pc.station.intake.submit(
            Submission(
                application=name,
                item=ITEM,
                form='{"name": "样福丽"}',
                files=[(MATERIAL, paper)] if size else [],
            )
        )
        return name

    async def decide(self, application: ApplicationId, *attach: Path) -> None:
        """The county approves."""
        await self.county.county.flows.decide(
            application, outcome=Outcome.APPROVED, note="准予办理", attach=attach
        )

    async def state(self, application: ApplicationId) -> str:
        """As the clerk sees it."""
        status = await status_of(self.pc.station)
        found = {one["application"]: one["state"] for one in status["applications"]}
        return str(found[application])

    async def account(self) -> tuple[int, list[Any], int]:
        """What the county knows of the station's numbers: minted, missing, forks."""
        accounts = await self.county.county.reconciliation.ledger()
        (account,) = [to_json(one.line()) for one in accounts if one.station == self.pc.node]
        return account["minted"], account["missing"], account["forks"]

    def on_the_way(self) -> list[tuple[str, bool]]:
        """Of every envelope from the county to the station: who is next, and whether it waits."""
        query = "SELECT next_hop, waiting FROM spool WHERE destination = ? ORDER BY position"
        rows = self.county.disk.rows(query, (self.pc.node,))
        return [(hop, bool(waiting)) for hop, waiting in rows]

    def inbox(self) -> int:
        """How many envelopes of the county had their effect at the station."""
        return len(self.pc.disk.rows("SELECT envelope FROM inbox"))


@asynccontextmanager
async def roaming(folder: Path) -> AsyncIterator[Roaming]:
    """All four switched on, with the newest roster and the catalogue."""
    place = Roaming(folder)
    place.found()
    home = await place.join("home", Role.HUB)
    other = await place.join("other", Role.HUB)
    station = await place.join("station", Role.STATION, home)
    place.authority.set_paths(station, [place.node, other])
    place.county = await place.server("county", Role.COUNTY)
    place.home = await place.server("home", Role.HUB)
    place.other = await place.server("other", Role.HUB)
    place.pc = Pc("station", station, folder / "station", randomness=place.chance, grid=place.grid)
    place.pc.clock = place.clock  # type: ignore[assignment]
    await place.pc.open()
    await place.publish_roster()
    await place.county.county.catalogue.publish(CATALOGUE)
    for hub in (place.home, place.other):
        await place.talk(hub, place.county)
    await place.talk(place.pc, place.home)
    try:
        yield place
    finally:
        for machine in (place.pc, place.other, place.home, place.county):
            await machine.close()
        place.authority.close()
