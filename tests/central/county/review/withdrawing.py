"""A county that withdraws stations and replaces lost PCs, on a ground of its own."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.store.models import SpoolRow
from protocol.envelope.envelope import read_envelope
from protocol.envelope.payloads import Payload
from protocol.errors import UnopenableError
from protocol.json_values import to_json
from provisioning.invitation import Invitation
from provisioning.lifecycle import changes
from tests.central.county.centre import Centre
from tests.central.county.village import Village
from tests.provisioning.scene import Machine, Scene


def id_of(wire: bytes) -> bytes:
    """The id of an envelope by its bytes."""
    return read_envelope(wire).id


@dataclass(kw_only=True)
class Withdrawing(Centre):
    """Stations are fresh in each test, as what happens to them is for good."""

    @property
    def scene(self) -> Scene:
        return self.ground.nodes.scene

    async def village(self) -> Village:
        invitation = self.scene.add_station(parent=self.ground.nodes.hub.node)
        return await self.join(invitation)

    async def join(self, invitation: Invitation) -> Village:
        """Somebody opens this kit on a new PC."""
        machine, _ = self.scene.join(invitation)
        await self.take_roster()
        await self.county.handover.look()
        return self.village_of(machine)

    def village_of(self, machine: Machine) -> Village:
        return Village(
            node=machine.node,
            secrets=machine.secrets,
            county=self.relay.node,
            county_keys=self.scene.keys,
            randomness=self.scene.randomness,
        )

    async def drain(self, village: Village, upto: int | None = None) -> None:
        node = village.node
        self.scene.authority.change(node, lambda r: changes.draining(r, node, upto))
        await self.take_roster()

    async def stop(self, village: Village) -> None:
        node = village.node
        self.scene.authority.change(node, lambda r: changes.stopped(r, node))
        await self.take_roster()

    async def resume(self, village: Village) -> None:
        node = village.node
        self.scene.authority.change(node, lambda r: changes.resumed(r, node))
        await self.take_roster()

    async def lose(self, village: Village, upto: int | None = None) -> Invitation:
        """Its PC is lost; the invitation of the next one."""
        node = village.node
        invitation = self.scene.authority.invitations.replace(
            node, lambda r: changes.replaced(r, node, upto)
        )
        await self.take_roster()
        return invitation

    async def review_queue(self, village: Village) -> list[dict[str, Any]]:
        """What waits of this station, in the order in which it was sealed."""
        page = await self.county.review.page(after=("", b""), limit=1000)
        mine = [to_json(view.shown()) for view in page if view.row.station == village.node]
        return sorted(mine, key=lambda one: one["ordinal"] or 0)

    async def cases_of(self, village: Village) -> list[dict[str, Any]]:
        return [case for case in await self.cases() if case["station"] == village.node]

    async def mail_of(self, village: Village) -> list[Payload]:
        """What the county has posted for this very PC: no other of its name can open it."""

        async def work(session: AsyncSession) -> list[bytes]:
            query = select(SpoolRow.wire).where(SpoolRow.destination == village.node)
            wires = await session.scalars(query.order_by(SpoolRow.position))
            return [wire for wire in wires if wire is not None]

        opened: list[Payload] = []
        for wire in await self.relay.store.transact(work):
            with suppress(UnopenableError):
                opened.append(village.open(read_envelope(wire)))
        return opened
