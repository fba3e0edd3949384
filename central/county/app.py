"""Composition of a county centre: every object is made here, none at import time."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL

from central.accounts.accounts import Accounts
from central.accounts.roles import RIGHTS
from central.accounts.service import AccountService
from central.accounts.tries import Tries
from central.county.backup.operations import BackupOperations
from central.county.backup.service import Backup
from central.county.catalogue.alarms import CatalogueWatch
from central.county.catalogue.offered import catalogue_services
from central.county.catalogue.pages.keys import CatalogueServices
from central.county.catalogue.rules import Publishing
from central.county.console.site import USUAL, console_site
from central.county.control.node import CountyJobs, CountyNode, CountyServices
from central.county.control.operations import CountyOperations
from central.county.county import County
from central.county.keys.alarms import CountyWatch, key_watch
from central.county.keys.calls import Key
from central.county.keys.orders import KeyOrders
from central.county.keys.rekeying import Rekeying
from central.county.keys.signing import Signing
from central.county.keys.tls import TlsRekeying
from central.county.nodes.alarms import Silence
from central.county.nodes.clock_words import jump_words
from central.county.nodes.evidence import gather
from central.county.nodes.operations import ClockOperations
from central.county.retention.leftovers import UnopenedCopies
from central.county.retention.service import PersonalData
from central.pages.opening import opening_of, where
from central.relay.exchange.endpoint import Endpoint
from central.relay.exchange.exchanges import Exchanges
from central.relay.limits.quota import Quota
from central.relay.queue.blobs import BlobFiles
from central.relay.retry.operation import Retrying
from central.relay.service import Relay
from central.relay.stick.joining import KEPT, EnrollingStick
from central.relay.stick.service import RelayStick
from central.server.config import ServerConfig
from central.server.serving import NodeTls, serve
from central.server.sticks import StickService
from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, RELAY, migrate
from protocol.catalogue.lint.table import findings_of
from protocol.errors import (
    DamagedError,
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
from runtime.jobs.repeated import Jobs
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

_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86_400.0


@asynccontextmanager
async def open_county(
    data: Path, config: ServerConfig, *, clock: Clock | None = None
) -> AsyncIterator[CountyNode]:
    """The county in ``data``, on its migrated database; without ``clock`` by the machine's.

    Raises:
        NotJoinedError, DamagedError: ``data`` is no county's folder, or not whole.
        OtherNodeError: it belongs to a node of another role.
        NewerStoreError: a newer program wrote it.
    """
    identity = load_identity(data)
    if identity.role is not Role.COUNTY:
        raise OtherNodeError(f"{data} belongs to a {identity.role.value}")
    clock, randomness = clock or SystemClock(), SystemRandomness()
    authority = Authority.open(data / FOLDER, clock=clock, randomness=randomness)
    try:
        url = config.database or _own_database(data)
        async with Store(url) as store:
            await migrate(store, RELAY, COUNTY, ACCOUNTS)
            relay = await Relay.open(
                identity=identity,
                store=store,
                files=BlobFiles(data / "blobs"),
                clock=clock,
                randomness=randomness,
                first_roster=identity.roster(),
                budgets=config.budgets,
                quota=Quota(bytes=config.quota_bytes, items=config.quota_items),
                may_sign=authority.watch.look,
            )
            node = _compose(data, relay, authority, config)
            await node.publish_roster()
            await node.county.intake.take_up(store)  # an older program may have kept something
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
    )


def _beside(relay: Relay, county: County) -> UnopenedCopies:
    """What is kept of an application beside its case."""
    return UnopenedCopies(
        store=relay.store,
        review=county.review,
        intake=county.intake,
        follow_ups=county.followed.erasure,
    )


def _compose(data: Path, relay: Relay, authority: Authority, config: ServerConfig) -> CountyNode:
    county = _county(relay, authority, config)

    async def publish() -> None:
        await node.publish_roster()  # made below

    signing, tls, rekeying = _county_keys(relay, authority, county, publish)
    backup = Backup(data=data, relay=relay, authority=authority, safety=county.safety)
    record = AuditRecord(authority.audit)
    personal = PersonalData(relay, _beside(relay, county), authority, record)
    accounts, asked = _accounts(relay, record), CountyOperations.of(county, record)
    clock = ClockOperations(relay, authority.watch, record)
    offered = catalogue_services(relay.store, county.catalogue, county.drafts, relay.clock, record)
    operations: dict[str, Operation] = {}
    provisioning = Provisioning.of(authority, publish, record, partial(gather, relay, authority))
    exchanges = Exchanges(relay, county.role)
    node = CountyNode(
        relay=relay,
        exchanges=exchanges,
        authority=authority,
        county=county,
        backup=backup,
        operations=operations,
        services=CountyServices(
            accounts=accounts,
            asked=asked,
            clock=clock,
            drafts=offered.drafts,
            provisioning=provisioning,
        ),
        jobs=CountyJobs(
            tidy=county.housekeeping.tidy,
            retain=personal.retain,
            signing=signing,
            catalogue_watch=CatalogueWatch(
                drafts=county.drafts, newest=county.catalogue.newest, clock=relay.clock
            ),
        ),
    )
    stick = EnrollingStick(RelayStick(exchanges), relay, node.admit, data / KEPT)
    keys = KeyOrders({Key.OPENING: rekeying, Key.SIGNING: signing, Key.TLS: tls}, record)
    sticks, retrying = StickService("county", stick, record), Retrying("county", relay, record)
    backups = BackupOperations(backup, record)
    watch = CountyWatch(data, relay, authority, node.jobs.catalogue_watch.alarms)
    slips = SlipVerifier(lambda: relay.editions.roster)
    services = (accounts, asked, clock, sticks, retrying, personal, backups, watch, keys, slips)
    for service in (*services, *offered):
        operations.update(service.handlers())
    operations.update(provisioning.handlers())
    return node


def _county_keys(
    relay: Relay, authority: Authority, county: County, publish: Callable[[], Awaitable[None]]
) -> tuple[Signing, TlsRekeying, Rekeying]:
    """Who replaces the keys that sign, issue certificates and open; what was begun goes on."""
    overview = county.nodes.overview
    signing = Signing(
        relay=relay,
        authority=authority,
        catalogue=county.catalogue,
        randomness=SystemRandomness(),
        overview=overview,
        changed=publish,
    )
    tls = TlsRekeying(
        identity=relay.identity, authority=authority, overview=overview, changed=signing.changed
    )
    opening = Rekeying(
        identity=relay.identity,
        authority=authority,
        randomness=SystemRandomness(),
        overview=overview,
        changed=publish,
    )
    signing.begin()
    tls.begin()
    return signing, tls, opening


def _accounts(relay: Relay, record: Record) -> AccountService:
    accounts = Accounts(
        relay.store,
        rights=RIGHTS,
        tries=Tries.of(relay.clock, relay.identity.keys.signer),
        clock=relay.clock,
        randomness=SystemRandomness(),
    )
    return AccountService(accounts, role="county", rights=RIGHTS, record=record)


def _slow_jobs(data: Path, node: CountyNode, config: ServerConfig) -> Jobs:
    return {
        "checkpoint": (config.checkpoint_s, node.relay.store.checkpoint),
        "clock": (_MINUTE_S, node.watch_clock),
        "quarantine": (_DAY_S, node.jobs.tidy),
        "again": (_HOUR_S, node.relay.offer_old_again),
        "retention": (_DAY_S, node.jobs.retain),
        "signing": (_DAY_S, node.jobs.signing.settle),
        "record": (_HOUR_S, node.sign_record),
        "keys": (_DAY_S, key_watch(data, node.relay, node.authority)),
        "catalogue": (_DAY_S, node.jobs.catalogue_watch.log),
    }


def console_of(node: CountyNode, config: ServerConfig) -> Site:
    """The pages of an open county."""
    services = node.services
    return console_site(
        node.relay,
        services.accounts,
        config,
        watch=node.county.nodes,
        review=services.asked.review,
        clock=services.clock,
        provisioning=services.provisioning,
        authority=node.authority,
        catalogue=CatalogueServices.of(node.county.catalogue, services.drafts),
        drafts=services.drafts,
        numbers=services.asked.numbers,
        desks=services.asked.desks,
        cases=services.asked.cases,
        letters=services.asked.letters,
    )


async def serve_county(
    data: Path,
    ready: Callable[[str], None],
    opened: Callable[[str], None],
    warn: Callable[[str], None] = lambda _: None,
) -> None:
    """Run the county until it is told to stop.

    Args:
        warn: told in Chinese what an administrator should see to.
        ready: told the URL for nodes once it accepts.
        opened: told the URL of the console.

    Raises:
        InUseError: another process owns ``data``.
        UsageError: the configuration is wrong, or the address is taken.
    """
    config = ServerConfig.load(data / "county.toml")
    owner = await Owner(data).lock()
    try:
        async with open_county(data, config) as node:
            if jump := node.authority.watch.jump:
                warn(jump_words(jump))
            opening, site = opening_of(data, config, USUAL), console_of(node, config)
            pages = Pages(site=site, opening=opening, tell=opened) if opening else None
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
                operations={**node.operations, **where(pages, "county.console")},
                owner=owner,
                jobs=_slow_jobs(data, node, config),
                drain_s=config.drain_s,
                pages=pages,
                ready=ready,
            )
    finally:
        await owner.close()


async def answer_directly(data: Path, call: Call[A, R], actor: Actor, args: A, report: Report) -> R:
    """Answer one call on a county that is not being served; the caller holds the lock."""

    async def work(folder: Path) -> R:
        config = ServerConfig.load(folder / "county.toml")
        async with open_county(folder, config) as node:
            return await handler(node.operations, call).method(actor, args, report)

    return await reading_anyway(data, work, reads=call.reads)
