"""Relays of a county and a hub on real databases, and a village PC that seals for the county."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.exchanges import UNASSIGNED, Exchanges
from central.relay.exchange.store import RelayExchangeStore
from central.relay.health.state import hub_state
from central.relay.limits.metering import NO_BUDGETS, OwnBudgets
from central.relay.ports.role import Effect, RelayRole
from central.relay.queue.blobs import BlobFiles
from central.relay.service import Relay
from central.store.engine import Store
from central.store.migrate import RELAY, migrate
from protocol.envelope.envelope import Envelope, Header, Lane, seal_envelope
from protocol.envelope.keys import key_name
from protocol.envelope.suites import SuiteNumber
from protocol.errors import LineError
from protocol.exchange.store import ExchangeStore
from protocol.ids import BlobId, BlobRef, EnvelopeId, NodeId
from protocol.json_values import to_json
from protocol.trust.edition import changes
from protocol.trust.kit import Contact
from protocol.trust.roster import Role
from runtime.line.conversation import Conversation
from runtime.node.identity import FirstRoster, Identity, Secrets
from tests.builders.disks.blank import blank_sqlite
from tests.builders.lines.exchange_stores import MemoryExchangeStore
from tests.builders.lines.links import Line
from tests.builders.virtual_time import LoopClock
from tests.provisioning.scene import Scene


@dataclass(kw_only=True)
class Delivered:
    """A Deliver port that keeps what is delivered, in memory."""

    envelopes: list[Envelope] = field(default_factory=list)
    blobs: list[BlobId] = field(default_factory=list)

    async def read(self, envelopes: Sequence[Envelope]) -> Effect:
        async def effect(_: AsyncSession, new: AbstractSet[EnvelopeId]) -> None:
            self.envelopes += [envelope for envelope in envelopes if envelope.id in new]

        return effect

    async def blobs_arrived(self, session: AsyncSession, blobs: Sequence[BlobRef]) -> None:
        self.blobs += [ref.blob for ref in blobs]


@dataclass(kw_only=True)
class Village:
    """A station that seals envelopes for the county; its store is an exchange store in memory."""

    scene: Scene
    secrets: Secrets
    node: NodeId
    exchange_store: MemoryExchangeStore = field(
        default_factory=lambda: MemoryExchangeStore(name="village")
    )

    def __post_init__(self) -> None:
        self.incarnation = self.scene.randomness.token(8)
        self.numbers = itertools.count(1)
        self.exchange_store.origin = self.node

    def seal(
        self,
        payload: bytes,
        *,
        to: NodeId | None = None,
        blobs: tuple[tuple[BlobId, int], ...] = (),
        lane: Lane = Lane.APPLICATIONS,
    ) -> bytes:
        """The wire bytes of a new envelope."""
        key = self.scene.keys.opening[SuiteNumber.X25519].public_bytes()
        header = Header(
            version=1,
            suite=2,
            origin=bytes.fromhex(self.node),
            incarnation=self.incarnation,
            seq=next(self.numbers),
            to=bytes.fromhex(to or self.scene.county),
            lane=int(lane),
            created=(0, None),
            key=key_name(key),
            blobs=blobs,
        )
        return seal_envelope(payload, header, key, self.secrets.node_keys().signer).wire


class NodeRelay(Relay):
    """A relay and its exchanges, in the role that a test gives it."""

    exchanges: Exchanges

    def serve(self, role: RelayRole) -> None:
        """Exchange in ``role`` from now on, as if the program had been started anew."""
        self.exchanges = Exchanges(self, role)


class County:
    """A scene with the identities of its nodes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scene = Scene(data=folder)
        invitation = self.scene.add_hub()
        machine, _ = self.scene.join(invitation)
        self.hub = self._identity(machine.node, Role.HUB, machine.secrets)
        self.county = self._identity(self.scene.county, Role.COUNTY, self.scene.secrets)
        self.delivered = Delivered()

    def village(self) -> Village:
        """One more station below the hub."""
        invitation = self.scene.add_station(parent=self.hub.node)
        machine, _ = self.scene.join(invitation)
        return Village(scene=self.scene, secrets=machine.secrets, node=machine.node)

    @asynccontextmanager
    async def relay(
        self,
        identity: Identity,
        url: str = "",
        *,
        name: str = "",
        budgets: OwnBudgets = NO_BUDGETS,
        role: RelayRole | None = None,
        may_sign: Callable[[], bool] = lambda: True,
    ) -> AsyncIterator[NodeRelay]:
        """The relay of ``identity`` on the database that its folder (or ``url``) has."""
        folder = self.folder / (name or identity.role.value)
        folder.mkdir(exist_ok=True)
        if not url and not (folder / "relay.db").exists():
            (folder / "relay.db").write_bytes(blank_sqlite(RELAY))
        async with Store(url or f"sqlite+aiosqlite:///{folder / 'relay.db'}") as store:
            await migrate(store, RELAY)
            relay = await NodeRelay.open(
                identity=identity,
                store=store,
                files=BlobFiles(folder / "blobs"),
                clock=self.scene.clock,
                randomness=self.scene.randomness,
                first_roster=self.scene.authority.roster(),
                budgets=budgets,
                may_sign=may_sign,
            )
            if role is None and identity.role is Role.COUNTY:
                role = RelayRole(deliver=self.delivered)
            relay.serve(role or UNASSIGNED)
            yield relay

    def _identity(self, node: NodeId, role: Role, secrets: Secrets) -> Identity:
        roster = self.scene.authority.roster()
        entry = roster.nodes[node]
        county = Contact(node=self.scene.county, url=roster.nodes[self.scene.county].url)
        return Identity(
            node=node,
            role=role,
            code=entry.code,
            name=entry.name,
            county_name="龙州县",
            root=self.scene.authority.root_public,
            ca=self.scene.authority.ca_der,
            county=county,
            parent=None if role is Role.COUNTY else county,
            keys=secrets.node_keys(),
            first_roster=FirstRoster(
                proof=roster.edition.proof, changes=changes({}, roster.edition.entries)
            ),
            folder=self.folder,
        )


def between(child: NodeRelay, parent: NodeRelay) -> tuple[RelayExchangeStore, RelayExchangeStore]:
    """The two depots of one exchange."""
    return child.exchanges.store_for(parent.node), parent.exchanges.store_for(child.node)


async def told(relay: Relay) -> dict[str, Any]:
    """What ``yizhan-hub status --json`` prints."""
    state: dict[str, Any] = to_json(await hub_state(relay))
    return state


async def talk(
    child: ExchangeStore, parent: ExchangeStore, line: Line | None = None, *, time_ms: int = 0
) -> None:
    """One exchange over a line in memory; a broken line is no error here.

    Args:
        time_ms: what the parent says of the time.
    """
    line = line or Line()
    exchange, clock = os.urandom(8), LoopClock()
    sides = []
    held: int | None = None  # by the child
    for exchange_store, link, is_child in ((child, line.child, True), (parent, line.parent, False)):
        greeting = await exchange_store.greeting()
        if is_child:
            hello = greeting.hello(exchange)
            held = hello.time_n
        else:
            hello = greeting.answer(exchange, time_ms=time_ms, child_n=held)
        sides.append(
            Conversation(
                link=link,
                exchange_store=exchange_store,
                clock=clock,
                child=is_child,
                careful=greeting.careful if is_child else True,
                hello=hello,
            ).run()
        )
    for end in await asyncio.gather(*sides, return_exceptions=True):
        if isinstance(end, BaseException) and not isinstance(end, LineError):
            raise end
