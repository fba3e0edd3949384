"""A whole county centre on a real database: relay, authority, capabilities, and its villages."""

import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from central.county.casework.calls import Files, WrittenFile
from central.county.county import County
from central.county.reconciliation.service import _failed_inside
from central.relay.store.models import SpoolRow
from central.store.base import Base
from central.store.migrate import ACCOUNTS, COUNTY, migrate
from protocol.envelope.envelope import Envelope, Header, Lane, read_envelope, seal_envelope
from protocol.envelope.keys import key_name
from protocol.envelope.payloads import (
    Decision,
    Notices,
    Payload,
    Receipt,
    ReceiptLine,
    Rejection,
    Statement,
    open_statement,
    payload_bytes,
)
from protocol.envelope.suites import SuiteNumber
from protocol.exchange.messages import EnvelopeItem, Item, Part
from protocol.ids import NodeId
from protocol.json_values import to_json
from protocol.trust.reports.notice import Notice, read_notice, sign_notice
from protocol.trust.roster import Role
from runtime.node.identity import Identity
from tests.builders.clock import START_MS, FakeClock
from tests.central.county.village import CATALOGUE, Scan, Village
from tests.central.nodes import County as Nodes
from tests.central.nodes import NodeRelay
from tests.provisioning.scene import Machine


@dataclass(kw_only=True)
class Ground:
    """A county, a hub and stations on one roster: slow to make, so that all tests stand on it."""

    nodes: Nodes
    machines: list[Machine] = field(default_factory=list)

    def machine(self, number: int) -> Machine:
        """The station with this number, joined when it is first needed."""
        scene = self.nodes.scene
        while len(self.machines) <= number:
            invitation = scene.add_station(parent=self.nodes.hub.node)
            self.machines.append(scene.join(invitation)[0])
        return self.machines[number]

    def reset_clock(self) -> None:
        clock = self.nodes.scene.clock
        clock.tick(-clock.ticks_s() % 1)  # whole seconds: a span of exactly a day can be tried
        clock.jump_wall(ms=START_MS - clock.now_ms())


@dataclass(kw_only=True)
class Centre:
    """An open county, and what a test asks of it."""

    ground: Ground
    relay: NodeRelay
    county: County
    villages: int = 0
    exchanges: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    @asynccontextmanager
    async def open(cls, ground: Ground, url: str, folder: Path) -> AsyncIterator["Centre"]:
        """The county on the database at ``url``, blobs in ``folder``, one release published."""
        nodes = ground.nodes
        async with nodes.relay(nodes.county, url, name=str(folder)) as relay:
            await migrate(relay.store, COUNTY, ACCOUNTS)
            authority = nodes.scene.authority
            county = County.build(relay, authority.keys_of, authority, nodes.scene.randomness)
            relay.serve(county.role)
            centre = cls(ground=ground, relay=relay, county=county)
            await centre.take_roster()
            await county.catalogue.publish(CATALOGUE)
            yield centre

    @property
    def clock(self) -> FakeClock:
        return self.ground.nodes.scene.clock

    async def take_roster(self) -> None:
        roster = self.ground.nodes.scene.authority.roster()
        if roster.version > self.relay.editions.roster.version:
            await self.relay.publish(roster.edition)

    async def village(self) -> Village:
        """One more station, with nothing sealed yet."""
        scene, machine = self.ground.nodes.scene, self.ground.machine(self.villages)
        self.villages += 1
        await self.take_roster()
        return Village(
            node=machine.node,
            secrets=machine.secrets,
            county=self.relay.node,
            county_keys=scene.keys,
            randomness=scene.randomness,
        )

    async def bring(self, *arrivals: bytes | Scan | Part) -> Sequence[tuple[int, str]]:
        """The hub brings these, committed together; what the county refused at the door."""
        items: list[Item] = []
        for one in arrivals:
            match one:
                case bytes():
                    items.append(EnvelopeItem(wire=one))
                case Scan():
                    items += one.parts
                case Part():
                    items.append(one)
        exchange = next(iter(self.exchanges)).to_bytes(8, "big")
        exchange_store = self.relay.exchanges.store_for(self.ground.nodes.hub.node)
        return await exchange_store.store(exchange, len(items), items)

    def hub_says(
        self, village: Village, *envelopes: Envelope, code: str, hub: Identity | None = None
    ) -> bytes:
        """A hub's envelope with its notices that these of ``village`` are stuck there."""
        nodes = self.ground.nodes
        hub = hub or nodes.hub
        signed = [
            sign_notice(
                hub.keys.signer,
                Notice(
                    node=bytes.fromhex(hub.node),
                    origin=bytes.fromhex(village.node),
                    item=envelope.id,
                    incarnation=envelope.incarnation,
                    seq=envelope.header.seq,
                    code=code,
                    at_ms=7,
                ),
            )
            for envelope in envelopes
        ]
        key = nodes.scene.keys.opening[SuiteNumber.XWING].public_bytes()
        header = Header(
            version=1,
            suite=int(SuiteNumber.XWING),
            origin=bytes.fromhex(hub.node),
            incarnation=nodes.scene.randomness.token(8),
            seq=1,
            to=bytes.fromhex(self.relay.node),
            lane=int(Lane.CONTROL),
            created=(0, None),
            key=key_name(key),
        )
        payload = payload_bytes(Notices(signed=tuple(signed)))
        return seal_envelope(payload, header, key, hub.keys.signer).wire

    def identity_of(self, village: Village) -> Identity:
        """The station as an identity that could sign for a hub."""
        hub = self.ground.nodes.hub
        return replace(hub, node=village.node, role=Role.STATION, keys=village.keys)

    async def notices(self, village: Village) -> list[Notice]:
        """What the county has passed on to ``village``."""
        key_of = self.relay.editions.roster.signing_key
        told = [one for _, one in await self.mail(village) if isinstance(one, Notices)]
        return [read_notice(signed, key_of) for one in told for signed in one.signed]

    async def mail(self, village: Village) -> list[tuple[Envelope, Payload]]:
        """Everything that the county has posted to ``village``, oldest first."""

        async def work(session: AsyncSession) -> list[bytes]:
            query = (
                select(SpoolRow.wire)
                .where(SpoolRow.destination == village.node)
                .order_by(SpoolRow.position)
            )
            return [wire for wire in await session.scalars(query) if wire is not None]

        envelopes = [read_envelope(wire) for wire in await self.relay.store.transact(work)]
        return [(envelope, village.open(envelope)) for envelope in envelopes]

    async def statements(self, village: Village) -> list[Statement]:
        public = self.ground.nodes.scene.keys.signer.public_bytes()
        payloads = [payload for _, payload in await self.mail(village)]
        return [open_statement(public, one) for one in payloads if isinstance(one, Receipt)]

    async def receipts(self, village: Village) -> list[ReceiptLine]:
        return [line for one in await self.statements(village) for line in one.lines]

    async def rejections(self, village: Village) -> list[Rejection]:
        return [one for _, one in await self.mail(village) if isinstance(one, Rejection)]

    async def decisions(self, village: Village) -> list[tuple[Envelope, Decision]]:
        mail = await self.mail(village)
        return [(envelope, one) for envelope, one in mail if isinstance(one, Decision)]

    async def cases(self) -> list[dict[str, Any]]:
        return [
            to_json(view.shown()) for view in await self.county.casework.page(after="", limit=1000)
        ]

    async def write_files(
        self, case: str, folder: Path, *, everything: bool = False
    ) -> Sequence[WrittenFile]:
        wanted = Files(case=case, folder=folder, everything=everything)
        return await self.county.case_room.writing.write(wanted)

    async def rows(self, table: type[Base]) -> list[Any]:
        async def work(session: AsyncSession) -> list[Any]:
            return list((await session.scalars(select(table))).all())

        return await self.relay.store.transact(work)

    async def count(self, table: type[Base]) -> int:
        async def work(session: AsyncSession) -> int:
            return (await session.scalar(select(func.count()).select_from(table))) or 0

        return await self.relay.store.transact(work)

    async def account(self, station: NodeId) -> dict[str, Any]:
        """The station's line in the ledger; those of others are not read."""
        room = self.county.reconciliation
        failed_inside = await room._store.transact(_failed_inside)
        account = await room._account(station, failed_inside.get(station, {}))
        line: dict[str, Any] = to_json(account.line())
        return line
