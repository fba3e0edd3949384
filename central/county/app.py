"""Composition of a county centre: every object is made here, none at import time."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import URL

from central.accounts.accounts import Accounts
from central.accounts.roles import RIGHTS
from central.accounts.service import AccountService
from central.accounts.tries import Tries
from central.county.api.composition import api_of
from central.county.api.tokens import TokenService
from central.county.backup.operations import BackupOperations
from central.county.backup.service import Backup
from central.county.catalogue.alarms import CatalogueWatch
from central.county.catalogue.offered import catalogue_services
from central.county.catalogue.pages.keys import CatalogueServices
from central.county.catalogue.rules import Publishing
from central.county.console.site import USUAL, console_site
from central.county.control.archiving import keeping_of
from central.county.control.jobs import slow_jobs
from central.county.control.keys import county_keys
from central.county.control.node import CountyJobs, CountyNode, CountyServices
from central.county.control.operations import CountyOperations
from central.county.county import County, CountySettings
from central.county.doctor.look import COUNTY_KIND, known_more
from central.county.doctor.watching import watch_of
from central.county.documents.room import DocumentSettings
from central.county.keys.alarms import CountyWatch
from central.county.keys.calls import Key
from central.county.keys.orders import KeyOrders
from central.county.lead.serving import Mirroring, guarded
from central.county.nodes.alarms import Silence
from central.county.nodes.clock_words import jump_words
from central.county.nodes.evidence import gather
from central.county.nodes.operations import ClockOperations
from central.county.processes.leading import lead_on, leading_of, mirroring_of
from central.county.processes.worker import ask_the_lead, serve_worker
from central.pages.opening import opening_of, where
from central.relay.exchange.endpoint import Endpoint
from central.relay.exchange.exchanges import Exchanges
from central.relay.limits.quota import Quota
from central.relay.retry.operation import Retrying
from central.relay.service import Relay, everybody
from central.relay.stick.joining import KEPT, EnrollingStick
from central.relay.stick.service import RelayStick
from central.server.blobs import open_blobs
from central.server.config import ServerConfig
from central.server.doctor import ServerDoctor
from central.server.serving import NodeTls, Opened, serve
from central.server.sticks import StickService
from central.store.copying import sqlite_url
from central.store.engine import Store
from protocol.catalogue.lint.table import findings_of
from protocol.errors import (
    DamagedError,
    LeadElsewhereError,
    OtherNodeError,
)
from protocol.ports import Clock
from protocol.trust.roster import Role
from provisioning.audit.record import AuditRecord
from provisioning.authority import FOLDER, Authority
from provisioning.operations import Provisioning
from runtime.actor import Actor
from runtime.control.calls import Call, handler
from runtime.control.owner import Operation, Owner, Report
from runtime.node.identity import load_identity
from runtime.node.slips import SlipVerifier
from runtime.record import Record
from runtime.rescue import reading_anyway
from runtime.system import SystemClock, SystemRandomness
from runtime.web.opening import Pages
from runtime.web.site import Site

A = TypeVar("A")
R = TypeVar("R")
log = logging.getLogger(__name__)


@asynccontextmanager
async def open_county(
    data: Path, config: ServerConfig, *, clock: Clock | None = None
) -> AsyncIterator[CountyNode]:
    """The county in ``data``, on its migrated database; without ``clock`` by the machine's.

    Raises:
        NotJoinedError, DamagedError: ``data`` is no county's folder, or not whole.
        OtherNodeError: it belongs to a node of another role.
        BlobsAwayError: its attachments lie in a store that can't be reached.
        NewerStoreError: a newer program wrote it.
        LeadElsewhereError: another process of this county leads.
    """
    identity = load_identity(data)
    if identity.role is not Role.COUNTY:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    clock, randomness = clock or SystemClock(), SystemRandomness()
    authority = Authority.open(data / FOLDER, clock=clock, randomness=randomness)
    try:
        url = config.database or _own_database(data)
        async with (
            Store(url) as store,
            open_blobs(data, config) as files,
            lead_on(store, data, clock) as lease,
        ):
            relay = await Relay.open(
                identity=identity,
                store=store,
                files=files,
                clock=clock,
                randomness=randomness,
                first_roster=identity.roster(),
                budgets=config.budgets,
                quota=Quota(bytes=config.quota_bytes, items=config.quota_items),
                may_sign=authority.watch.look,
                guard=lease.fence if lease else everybody,
            )
            mirroring = mirroring_of(store, lease, authority, identity.keys.signer)
            node = _compose(data, relay, authority, config, mirroring)
            await node.publish_roster()
            await node.county.intake.take_up(store)  # an older program may have kept something
            await node.county.offices.look()
            try:
                yield node
            finally:
                await node.backup.stop()
                await node.county.rosters.idle()
    finally:
        authority.close()


def _own_database(data: Path) -> URL:
    """The URL of the database in ``data``; one that was there must not begin anew, empty.

    Raises:
        DamagedError: it was there.
    """
    path = data / "county.db"
    if (data / "blobs").exists() and not (path.exists() and path.stat().st_size):
        raise DamagedError(f"{path} is missing or empty: restore the newest backup")
    return sqlite_url(path)


def _county(relay: Relay, authority: Authority, config: ServerConfig) -> County:
    """The capabilities, by the authority's word, its policy and the settings."""
    return County.build(
        relay,
        authority.keys_of,
        authority,
        SystemRandomness(),
        CountySettings(
            directory=authority,
            silence=Silence(hub_s=config.silent_hub_s, station_s=config.silent_station_s),
            believed=authority.watch.look,
            quarantine_days=lambda: authority.policy().quarantine_days,
            publishing=Publishing(
                check=findings_of,
                second_person=lambda: authority.policy().second_person,
                review_days=lambda: authority.policy().review_days,
            ),
            number_rules=authority.policy,
            documents=DocumentSettings.read(
                font=config.document_font,
                seal_url=config.seal_url,
                seal_token=config.seal_token,
                seal_ca=config.seal_ca,
            ),
        ),
    )


def _compose(
    data: Path,
    relay: Relay,
    authority: Authority,
    config: ServerConfig,
    mirroring: Mirroring | None,
) -> CountyNode:
    county = _county(relay, authority, config)

    async def publish() -> None:
        await node.publish_roster()  # made below

    signing, tls, rekeying = county_keys(relay, authority, county, publish)
    backup = Backup(data=data, relay=relay, authority=authority, safety=county.safety)
    record = AuditRecord(authority.audit)
    personal, archive = keeping_of(relay, county, authority, record)
    accounts, asked = _accounts(relay, record), CountyOperations.of(county, record)
    clock = ClockOperations(relay, authority.watch, record)
    offered = catalogue_services(relay.store, county.catalogue, county.drafts, relay.clock, record)
    tokens = _tokens(relay, county, record)
    operations: dict[str, Operation] = {}
    provisioning = Provisioning.of(authority, publish, record, partial(gather, relay, authority))
    exchanges = Exchanges(relay, county.role)
    node = CountyNode(
        relay=relay,
        exchanges=exchanges,
        authority=authority,
        mirroring=mirroring,
        county=county,
        backup=backup,
        operations=operations,
        services=CountyServices(
            accounts=accounts,
            asked=asked,
            clock=clock,
            tokens=tokens,
            drafts=offered.drafts,
            provisioning=provisioning,
            archive=archive,
        ),
        jobs=CountyJobs(
            tidy=county.housekeeping.tidy,
            retain=personal.retain,
            file_due=archive.file_due,
            signing=signing,
            catalogue_watch=CatalogueWatch(
                drafts=county.drafts, newest=county.catalogue.newest, clock=relay.clock
            ),
        ),
    )
    services: tuple[Answering, ...] = (
        *(accounts, tokens, asked, clock, personal, archive, provisioning, *offered),
        KeyOrders({Key.OPENING: rekeying, Key.SIGNING: signing, Key.TLS: tls}, record),
        BackupOperations(backup, record),
    )
    for service in (*services, *_around(data, node, config, record)):
        operations.update(service.handlers())
    return node


def _tokens(relay: Relay, county: County, record: AuditRecord) -> TokenService:
    return TokenService(
        relay.store,
        clock=relay.clock,
        randomness=SystemRandomness(),
        record=record,
        departments=county.departments.now,
    )


class Answering(Protocol):
    """Part of what can be asked of a node."""

    def handlers(self) -> Mapping[str, Operation]:
        """By the name of the call."""
        ...


def _around(
    data: Path, node: CountyNode, config: ServerConfig, record: Record
) -> tuple[Answering, ...]:
    """What can be asked of an open county as a whole."""
    stick = EnrollingStick(RelayStick(node.exchanges), node.relay, node.admit, data / KEPT)
    alarms = (
        node.county.documents.watch.alarms,
        node.county.documents.issuing.alarms,
        node.jobs.catalogue_watch.alarms,
        node.services.asked.departments.alarms,
    )
    return (
        StickService("county", stick, record),
        Retrying("county", node.relay, record),
        CountyWatch(data, node.relay, node.authority, alarms),
        SlipVerifier(lambda: node.relay.editions.roster),
        ServerDoctor(data, node.relay, config, COUNTY_KIND, partial(known_more, node)),
        watch_of(node),
    )


def _accounts(relay: Relay, record: Record) -> AccountService:
    accounts = Accounts(
        relay.store,
        rights=RIGHTS,
        tries=Tries.of(relay.clock, relay.identity.keys.signer),
        clock=relay.clock,
        randomness=SystemRandomness(),
    )
    return AccountService(accounts, role="county", rights=RIGHTS, record=record)


def console_of(node: CountyNode, config: ServerConfig) -> Site:
    """The pages of an open county."""
    services = node.services
    return console_site(
        node.relay,
        services.accounts,
        config,
        watch=node.county.nodes,
        asked=services.asked,
        clock=services.clock,
        provisioning=services.provisioning,
        authority=node.authority,
        catalogue=CatalogueServices.of(node.county.catalogue, services.drafts),
        drafts=services.drafts,
        tokens=services.tokens,
        archive=services.archive,
    )


async def serve_county(
    data: Path,
    ready: Callable[[str], None],
    opened: Callable[[str], None],
    warn: Callable[[str], None] = lambda _: None,
    metrics: str = "",
    *,
    api_opened: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the county until it is told to stop.

    Args:
        metrics: where to tell numbers and health, if not as the settings say.
        warn: told in Chinese what an administrator should see to.
        ready: told the URL for nodes once it accepts.
        opened: told the URL of the console.
        api_opened: told the URL of the API.

    Raises:
        InUseError: another process owns ``data``.
        LeadElsewhereError: another process of this county leads, from the start or now.
        UsageError: the configuration is wrong, or the address is taken.
    """
    config = ServerConfig.load(data / "county.toml")
    config = replace(config, metrics=metrics or config.metrics)
    if config.worker:
        await serve_worker(data, config, ready, config.metrics)
        return
    owner = await Owner(data).lock()
    try:
        async with open_county(data, config) as node:
            if jump := node.authority.watch.jump:
                warn(f"注意：{jump_words(jump)}")
            opening, site = opening_of(data, config, USUAL), console_of(node, config)
            pages = Pages(site=site, opening=opening, tell=opened) if opening else None
            api = api_of(data, node, config, api_opened)
            sites = [one for one in (pages, api) if one]
            await _serve(data, node, config, owner=owner, sites=sites, ready=ready)
    finally:
        await owner.close()


async def _serve(
    data: Path,
    node: CountyNode,
    config: ServerConfig,
    *,
    owner: Owner,
    sites: Sequence[Opened],
    ready: Callable[[str], None],
) -> None:
    """Serve nodes, people and their systems, while this process leads; raises as serve_county."""
    leading, watch = leading_of(node), watch_of(node)
    console = next((one for one in sites if isinstance(one, Pages)), None)
    lost = await serve(
        url=node.relay.editions.roster.nodes[node.relay.node].url,
        listen=config.listen,
        tls=NodeTls(node.relay),
        endpoint=Endpoint(
            node.exchanges,
            node.admit,
            randomness=SystemRandomness(),
            max_exchanges=config.max_exchanges,
        ),
        operations={**node.operations, **watch.handlers(), **where(console, "county.console")},
        owner=owner,
        jobs=guarded(slow_jobs(data, node, config), leading),
        drain_s=config.drain_s,
        beside=leading.beside if leading else None,
        anew=leading.lease.lost if leading else None,
        sites=sites,
        watch=watch,
        metrics=config.metrics,
        ready=ready,
    )
    if lost:
        raise LeadElsewhereError


async def answer_directly(data: Path, call: Call[A, R], actor: Actor, args: A, report: Report) -> R:
    """Answer one call on a county that is not being served; the caller holds the lock."""
    if (settings := ServerConfig.load(data / "county.toml")).worker:
        return await ask_the_lead(data, settings, call, actor, args)

    async def work(folder: Path) -> R:
        config = ServerConfig.load(folder / "county.toml")
        async with open_county(folder, config) as node:
            return await handler(node.operations, call).method(actor, args, report)

    return await reading_anyway(data, work, reads=call.reads)
