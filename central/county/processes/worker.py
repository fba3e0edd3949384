"""Composition of a county's other process: it serves exchanges, and asks the lead for the rest."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from central.county.catalogue.rules import Publishing
from central.county.county import County, CountySettings
from central.county.lead.asking import Asking, Blocking
from central.county.lead.calls import ADMIT, Admit
from central.county.lead.following import follow
from central.county.lead.lease import leader
from central.county.lead.mirror import Mirror
from central.county.lead.remote import RemoteAuthority, SeenByLead
from central.county.lead.serving import beside
from central.relay.exchange.endpoint import Endpoint
from central.relay.exchange.exchanges import Exchanges
from central.relay.limits.quota import Quota
from central.relay.service import Relay
from central.server.blobs import open_blobs
from central.server.config import ServerConfig
from central.server.serving import NodeTls, serve
from central.server.watching import ServerWatch
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, RELAY, require_migrated
from protocol.catalogue.lint.table import findings_of
from protocol.envelope.colleagues import Colleagues
from protocol.errors import LeadAwayError, LeadElsewhereError, OtherNodeError
from protocol.json_values import from_json, to_json
from protocol.ports import Clock
from protocol.trust.enrolment import JoinParcel
from protocol.trust.roster import Role
from provisioning.clock_watch import ClockWatch
from runtime.actor import Actor
from runtime.control.calls import Call
from runtime.control.owner import BY, Operation, Owner
from runtime.metrics.families import Family
from runtime.node.identity import load_identity
from runtime.system import SystemClock, SystemRandomness

A = TypeVar("A")
R = TypeVar("R")


class PassedOn(Mapping[str, Operation]):
    """What is asked of this process's folder: its ``own`` it answers, the rest the lead."""

    def __init__(self, asking: Asking, own: Mapping[str, Operation]) -> None:
        self._asking, self._own = asking, own

    def __getitem__(self, name: str) -> Operation:
        return self._own.get(name) or self._asking.operation(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


@dataclass(kw_only=True)
class WorkerNode:
    """An open process beside the lead."""

    relay: Relay
    exchanges: Exchanges
    county: County
    asking: Asking
    mirror: Mirror
    authority: RemoteAuthority
    number: int  # of the facts that are in use
    believed: Callable[[], bool]  # whether this machine's date counts

    async def admit(self, parcel: JoinParcel) -> bytes:
        """The lead's word on a request to join."""
        return await self.asking.call(ADMIT, Admit(parcel=parcel))

    async def look(self) -> None:
        """Go by what the lead has written last."""
        if newer := await self.mirror.read(self.number):
            self.authority.use(newer.facts)
            self.number = newer.number


@asynccontextmanager
async def open_worker(
    data: Path, config: ServerConfig, *, clock: Clock | None = None
) -> AsyncIterator[WorkerNode]:
    """The process in ``data``, on the county's database.

    Raises:
        NotJoinedError, DamagedError: ``data`` was made by no ``attach``, or is not whole.
        LeadAwayError: no lead of this version has been at work on the database yet.
        BlobsAwayError: attachments lie in a store that can't be reached.
    """
    identity = load_identity(data)
    if identity.role is not Role.COUNTY:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    clock, randomness = clock or SystemClock(), SystemRandomness()
    colleagues = Colleagues(identity.keys.signer, randomness)
    async with Store(config.database) as store, open_blobs(data, config) as files:
        await require_migrated(store, RELAY, COUNTY, ACCOUNTS)
        mirror = Mirror(store=store, colleagues=colleagues)
        if (found := await mirror.read()) is None:
            raise LeadAwayError
        watch = ClockWatch(clock, SeenByLead(found.facts))
        relay = await Relay.open(
            identity=identity,
            store=store,
            files=files,
            clock=clock,
            randomness=randomness,
            first_roster=identity.roster(),
            budgets=config.budgets,
            quota=Quota(bytes=config.quota_bytes, items=config.quota_items),
            may_sign=watch.look,
            guard=_lead_only,
        )
        asking = Asking(
            store, colleagues, host=socket.gethostname(), clock=clock, randomness=randomness
        )
        authority = RemoteAuthority(data, Blocking(asking), relay.editions, found.facts)
        county = _county(relay, authority, watch.look)
        yield WorkerNode(
            relay=relay,
            exchanges=Exchanges(relay, county.role),
            county=county,
            asking=asking,
            mirror=mirror,
            authority=authority,
            number=found.number,
            believed=watch.look,
        )
        await county.rosters.idle()


def _county(relay: Relay, authority: RemoteAuthority, believed: Callable[[], bool]) -> County:
    return County.build(
        relay,
        authority.keys_of,
        authority,
        SystemRandomness(),
        CountySettings(
            believed=believed,
            quarantine_days=lambda: authority.policy().quarantine_days,
            publishing=Publishing(
                check=findings_of,
                second_person=lambda: authority.policy().second_person,
                review_days=lambda: authority.policy().review_days,
            ),
            number_rules=authority.policy,
        ),
    )


async def _lead_only(session: AsyncSession) -> None:
    """Editions are published by the lead alone."""
    raise LeadElsewhereError((await leader(session)).holder)


def _watch_of(node: WorkerNode) -> ServerWatch:
    """Its numbers are the relay's; those of the county the lead tells."""

    async def nothing() -> list[Family]:
        return []

    ready = {"clock": partial(asyncio.to_thread, node.believed)}
    return ServerWatch(relay=node.relay, figures=nothing, ready=ready)


async def serve_worker(
    data: Path, config: ServerConfig, ready: Callable[[str], None], metrics: str
) -> None:
    """Run the process in ``data`` until it is told to stop; numbers and health are at ``metrics``.

    Raises:
        InUseError: another process owns ``data``.
        LeadAwayError: no lead has been at work yet.
        UsageError: the configuration is wrong, or the address is taken.
    """
    owner = await Owner(data).lock()
    try:
        async with open_worker(data, config) as node:
            watch = _watch_of(node)
            await serve(
                url=node.relay.editions.roster.nodes[node.relay.node].url,
                listen=config.listen,
                tls=NodeTls(node.relay),
                endpoint=Endpoint(
                    node.exchanges,
                    node.admit,
                    randomness=SystemRandomness(),
                    max_exchanges=config.max_exchanges,
                ),
                operations=PassedOn(node.asking, watch.handlers()),
                owner=owner,
                jobs={},
                drain_s=config.drain_s,
                beside=lambda stopped: beside(stopped, follow(node.relay, node.look)),
                watch=watch,
                metrics=metrics,
                ready=ready,
            )
    finally:
        await owner.close()


async def ask_the_lead(
    data: Path, config: ServerConfig, call: Call[A, R], actor: Actor, args: A
) -> R:
    """The answer to a command on the folder of a process that is not being served."""
    async with open_worker(data, config) as node:
        named = {**to_json(args), BY: actor.name}
        return from_json(await node.asking.ask(call.name, named), call.gives)
