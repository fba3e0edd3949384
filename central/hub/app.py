"""Composition of a township hub: every object is made here, none at import time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from central.accounts.accounts import Accounts
from central.accounts.roles import HUB_RIGHTS
from central.accounts.service import AccountService
from central.accounts.tries import Tries
from central.hub.board.site import USUAL, board_site
from central.hub.doctor import HUB, nothing_more
from central.hub.enrolment import JoinForwarder
from central.hub.figures import hub_figures
from central.hub.offices.book import Book
from central.hub.offices.mail import OfficeMail
from central.hub.offices.purging import OfficePurge
from central.hub.offices.ring import OfficeRing
from central.hub.offices.sending import Sending
from central.hub.offices.service import HubOffice
from central.hub.readmission import HubReadmission
from central.hub.record import LogRecord
from central.hub.renewal import HubRenewal, keys_taken
from central.hub.reporting import HubReporter
from central.hub.service import HubService
from central.pages.opening import opening_of, where
from central.relay.exchange.endpoint import Endpoint
from central.relay.exchange.exchanges import Exchanges
from central.relay.exchange.upstream import Upstream, run_until_stopped
from central.relay.limits.quota import Quota
from central.relay.ports.role import RelayRole
from central.relay.queue.blobs import BlobFiles
from central.relay.retry.operation import Retrying
from central.relay.service import Relay
from central.relay.stick.joining import KEPT, EnrollingStick
from central.relay.stick.service import RelayStick
from central.server.config import ServerConfig
from central.server.doctor import ServerDoctor
from central.server.serving import NodeTls, serve, told_to_end
from central.server.sticks import StickService
from central.server.watching import ServerWatch
from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, RELAY, upgrade
from central.store.migrate import HUB as OFFICE
from protocol.errors import OtherNodeError
from protocol.trust.roster import Role
from runtime.actor import Actor
from runtime.control.calls import Call, handler
from runtime.control.owner import Operation, Owner, Report
from runtime.node.identity import Identity, load_identity
from runtime.node.renewal import may_take_keys, take_keys
from runtime.node.slips import SlipVerifier
from runtime.rescue import reading_anyway
from runtime.system import SystemClock, SystemRandomness
from runtime.web.opening import Pages
from runtime.web.site import Site

A = TypeVar("A")
R = TypeVar("R")
DATABASE = "hub.db"
_MINUTE_S, _HOUR_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HubServices:
    """What pages and commands ask of a hub."""

    accounts: AccountService
    hub: HubService
    office: HubOffice
    sticks: StickService
    retrying: Retrying


@dataclass(frozen=True, slots=True, kw_only=True)
class HubNode:
    """An open hub, and what the command line may ask of it."""

    relay: Relay
    exchanges: Exchanges
    renewal: HubRenewal
    mail: OfficeMail
    office: HubOffice
    purge: OfficePurge
    upstream: Upstream
    forwarder: JoinForwarder
    stick: EnrollingStick
    services: HubServices
    watch: ServerWatch
    operations: Mapping[str, Operation]


@asynccontextmanager
async def open_hub(data: Path, config: ServerConfig) -> AsyncIterator[HubNode]:
    """The hub in ``data``, on its migrated database; with new keys, if they have come.

    Raises:
        NotJoinedError, DamagedError: ``data`` is no hub's folder, or not whole.
        OtherNodeError: it belongs to a node of another role.
        NewerStoreError: a newer program wrote it.
    """
    identity = load_identity(data)
    if identity.role is not Role.HUB:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    url = config.database or sqlite_url(data / DATABASE)
    async with Store(url) as store:
        await upgrade(store, RELAY, ACCOUNTS, OFFICE)
        relay = await _open_relay(data, identity, store, config)
        if may_take_keys(identity, relay.editions.roster.nodes.get(identity.node)):
            await store.transact(keys_taken)
            take_keys(identity)
            relay = await _open_relay(data, load_identity(data), store, config)
        node = _compose(data, relay, config)
        await node.mail.take_up()  # an older program may have kept something
        yield node


async def _open_relay(data: Path, identity: Identity, store: Store, config: ServerConfig) -> Relay:
    return await Relay.open(
        identity=identity,
        store=store,
        files=BlobFiles(data / "blobs"),
        clock=SystemClock(),
        randomness=SystemRandomness(),
        first_roster=identity.roster(),
        budgets=config.budgets,
        quota=Quota(bytes=config.quota_bytes, items=config.quota_items),
    )


def _compose(data: Path, relay: Relay, config: ServerConfig) -> HubNode:
    renewal = HubRenewal(relay, SystemRandomness())
    record = LogRecord()
    book = Book(ring=OfficeRing.load(data))
    office = HubOffice(
        relay=relay,
        book=book,
        sending=Sending.of(relay, book),
        randomness=SystemRandomness(),
        record=record,
    )
    mail = OfficeMail(renewal, book, office.sending, relay.clock)
    exchanges = Exchanges(relay, RelayRole(deliver=mail, reporter=HubReporter(relay)))
    accounts = Accounts(
        relay.store,
        rights=HUB_RIGHTS,
        tries=Tries.of(relay.clock, relay.identity.keys.signer),
        clock=relay.clock,
        randomness=SystemRandomness(),
    )
    upstream = Upstream(
        exchanges,
        randomness=SystemRandomness(),
        linger_s=config.linger_s,
        pause_s=config.pause_s,
        retry_first_s=config.retry_first_s,
        seek=HubReadmission(relay, SystemRandomness(), renewal.ready).look,
    )
    forwarder = JoinForwarder(relay, upstream.client)
    stick = EnrollingStick(RelayStick(exchanges), relay, forwarder.admit, data / KEPT)
    service = AccountService(accounts, role="hub", rights=HUB_RIGHTS, record=record)
    hub = HubService(relay, record, renewal=renewal, line=upstream.line)
    sticks, retrying = StickService("hub", stick, record), Retrying("hub", relay, record)
    operations: dict[str, Operation] = {}
    slips = SlipVerifier(lambda: relay.editions.roster)
    doctor = ServerDoctor(data, relay, config, HUB, nothing_more)
    purge = OfficePurge(relay=relay, database=data / DATABASE)
    figures = partial(hub_figures, relay, upstream.line, purge)
    watch = ServerWatch(relay=relay, figures=figures, ready={})
    for one in (service, hub, office, sticks, retrying, slips, doctor, watch):
        operations |= one.handlers()
    return HubNode(
        relay=relay,
        exchanges=exchanges,
        renewal=renewal,
        mail=mail,
        office=office,
        purge=purge,
        upstream=upstream,
        forwarder=forwarder,
        stick=stick,
        services=HubServices(
            accounts=service, hub=hub, office=office, sticks=sticks, retrying=retrying
        ),
        watch=watch,
        operations=operations,
    )


async def serve_hub(
    data: Path, ready: Callable[[str], None], opened: Callable[[str], None], metrics: str = ""
) -> None:
    """Run the hub until it is told to stop.

    Args:
        metrics: where to tell numbers and health, if not as the settings say.
        ready: told the URL for nodes once it accepts.
        opened: told the URL of the board.

    Raises:
        InUseError: another process owns ``data``.
        UsageError: the configuration is wrong, or the address is taken.
    """
    config = ServerConfig.load(data / "hub.toml")
    config = replace(config, metrics=metrics or config.metrics)
    owner = await Owner(data).lock()
    try:
        opening, anew, ending = opening_of(data, config, USUAL), True, told_to_end()
        while anew:
            async with open_hub(data, config) as hub:
                site = _site(hub, config)
                pages = Pages(site=site, opening=opening, tell=opened) if opening else None
                anew = await _serve(
                    hub, config, owner=owner, pages=pages, ready=ready, ending=ending
                )
                opening = pages.opening if pages else None  # at the same port again
                ready = opened = _said_before
                if anew:
                    await owner.pause()
    finally:
        await owner.close()


def _site(hub: HubNode, config: ServerConfig) -> Site:
    return board_site(
        hub.relay,
        hub.services.accounts,
        config,
        hub=hub.services.hub,
        sticks=hub.services.sticks,
        retrying=hub.services.retrying,
        office=hub.services.office,
    )


def _said_before(_: str) -> None:
    """The hub opened its folder anew; where it is was said before."""


async def _serve(
    hub: HubNode,
    config: ServerConfig,
    *,
    owner: Owner,
    pages: Pages | None,
    ready: Callable[[str], None],
    ending: asyncio.Event,
) -> bool:
    """Whether the hub is to be opened anew, to take new keys."""
    relay, renewal = hub.relay, hub.renewal

    async def beside(stopped: asyncio.Event) -> None:
        watching = asyncio.create_task(renewal.watch())
        try:
            await run_until_stopped(hub.upstream, stopped)
        finally:
            watching.cancel()

    return await serve(
        url=relay.editions.roster.nodes[relay.node].url,
        listen=config.listen,
        tls=NodeTls(relay),
        endpoint=Endpoint(
            hub.exchanges,
            hub.forwarder.admit,
            randomness=SystemRandomness(),
            max_exchanges=config.max_exchanges,
        ),
        operations={**hub.operations, **where(pages, "hub.board")},
        owner=owner,
        jobs={
            "checkpoint": (config.checkpoint_s, relay.store.checkpoint),
            "again": (_HOUR_S, relay.offer_old_again),
            "joins": (_MINUTE_S, hub.stick.ask_again),
            "renewal": (_HOUR_S, renewal.look),
            "office": (_MINUTE_S, hub.office.sending.look),
            "purge": (_HOUR_S, hub.purge.look),
        },
        anew=renewal.ready,
        ending=ending,
        drain_s=config.drain_s,
        beside=beside,
        sites=[pages] if pages else [],
        watch=hub.watch,
        metrics=config.metrics,
        ready=ready,
    )


async def answer_directly(data: Path, call: Call[A, R], actor: Actor, args: A, report: Report) -> R:
    """Answer one call on a hub that is not being served; the caller holds the lock."""

    async def work(folder: Path) -> R:
        async with open_hub(folder, ServerConfig.load(folder / "hub.toml")) as hub:
            return await handler(hub.operations, call).method(actor, args, report)

    return await reading_anyway(data, work, reads=call.reads)
