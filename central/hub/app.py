"""Composition of a township hub: every object is made here, none at import time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from central.config import ServerConfig
from central.enrolling import KEPT, EnrollingStick
from central.hub.enrolment import JoinForwarder
from central.hub.renewal import HubRenewal, keys_taken
from central.hub.reporting import HubReporter
from central.hub.state import hub_state
from central.relay.blobs import BlobFiles
from central.relay.endpoint import Endpoint
from central.relay.quota import Quota
from central.relay.retrying import retrying
from central.relay.service import Relay
from central.relay.stick import RelayStick
from central.relay.uplink import Uplink, run_until_stopped
from central.serving import serve
from central.store.copying import sqlite_url
from central.store.engine import Store
from central.store.migrate import RELAY, STAFF, migrate
from protocol.aio.identity import Identity, load_identity
from protocol.aio.owner import Operation, Owner, Report
from protocol.aio.renewal import may_take_keys, take_keys
from protocol.aio.stick.command import stick_operations
from protocol.aio.tls import server_context
from protocol.errors import KitRoleError
from protocol.roster import Role
from protocol.system import SystemClock, SystemRandomness

_MINUTE_S, _HOUR_S = 60.0, 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HubNode:
    """An open hub."""

    relay: Relay
    renewal: HubRenewal


@asynccontextmanager
async def open_hub(data: Path, config: ServerConfig) -> AsyncIterator[HubNode]:
    """The hub in ``data``, on its migrated database; with new keys, if they have come.

    Raises:
        NotJoinedError, DamagedError: ``data`` is no hub's folder, or not whole.
        KitRoleError: it belongs to a node of another role.
        NewerStoreError: a newer program wrote it.
    """
    identity = load_identity(data)
    if identity.role is not Role.HUB:
        raise KitRoleError(f"{data} belongs to a {identity.role.value}")
    url = config.database or sqlite_url(data / "hub.db")
    async with Store(url) as store:
        await migrate(store, RELAY, STAFF)
        relay = await _open_relay(data, identity, store, config)
        if may_take_keys(identity, relay.editions.roster.nodes.get(identity.node)):
            await store.transact(keys_taken)
            take_keys(identity)
            relay = await _open_relay(data, load_identity(data), store, config)
        renewal = HubRenewal(relay, SystemRandomness())
        relay.deliver_to(renewal)
        yield HubNode(relay=relay, renewal=renewal)


async def _open_relay(data: Path, identity: Identity, store: Store, config: ServerConfig) -> Relay:
    relay = await Relay.open(
        identity=identity,
        store=store,
        files=BlobFiles(data / "blobs"),
        clock=SystemClock(),
        randomness=SystemRandomness(),
        is_county=False,
        first_roster=identity.roster(),
        budgets=config.budgets,
    )
    relay.quotas.quota = Quota(bytes=config.quota_bytes, items=config.quota_items)
    relay.report_to(HubReporter(relay))
    return relay


async def serve_hub(data: Path, ready: Callable[[str], None]) -> None:
    """Run the hub until it is told to stop.

    Raises:
        InUseError: another process owns ``data``.
        UsageError: the configuration is wrong, or the address is taken.
    """
    config = ServerConfig.load(data / "hub.toml")
    owner = await Owner(data).lock()
    try:
        anew = True
        while anew:
            async with open_hub(data, config) as hub:
                anew = await _serve(data, hub, config, owner, ready)
                ready = _ready_before
                if anew:
                    await owner.pause()
    finally:
        await owner.close()


def _ready_before(_: str) -> None:
    """The hub opened its folder anew; it was ready before."""


async def _serve(
    data: Path, hub: HubNode, config: ServerConfig, owner: Owner, ready: Callable[[str], None]
) -> bool:
    """Whether the hub is to be opened anew, to take new keys."""
    relay, renewal = hub.relay, hub.renewal
    identity = relay.identity
    uplink = _uplink(relay, config)
    forwarder = JoinForwarder(relay, uplink.client)
    stick = EnrollingStick(RelayStick(relay), relay, forwarder.admit, data / KEPT)

    async def beside(stopped: asyncio.Event) -> None:
        await run_until_stopped(uplink, stopped)

    return await serve(
        url=relay.editions.roster.nodes[relay.node].url,
        listen=config.listen,
        context=server_context(identity.ca, identity.certificate_path, identity.key_path),
        endpoint=Endpoint(
            relay,
            forwarder.admit,
            randomness=SystemRandomness(),
            max_exchanges=config.max_exchanges,
        ),
        operations=operations(hub, stick),
        owner=owner,
        jobs={
            "checkpoint": (config.checkpoint_s, relay.store.checkpoint),
            "again": (_HOUR_S, relay.offer_old_again),
            "joins": (_MINUTE_S, stick.ask_again),
            "renewal": (_HOUR_S, renewal.look),
        },
        anew=renewal.ready,
        drain_s=config.drain_s,
        beside=beside,
        ready=ready,
    )


def _uplink(relay: Relay, config: ServerConfig) -> Uplink:
    return Uplink(
        relay,
        randomness=SystemRandomness(),
        linger_s=config.linger_s,
        pause_s=config.pause_s,
        retry_first_s=config.retry_first_s,
    )


def operations(hub: HubNode, stick: EnrollingStick) -> Mapping[str, Operation]:
    """What the command line may ask of a hub."""
    relay = hub.relay

    async def renew(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        await hub.renewal.ask()
        return {"node": relay.node}

    async def status(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        return await hub_state(relay)

    return {
        "hub.renew": renew,
        "hub.status": status,
        "hub.retry": retrying(relay),
        **stick_operations("hub", stick),
    }


async def run_directly(data: Path, name: str, args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401
    """Run one operation on a hub that is not being served; the caller holds the lock."""
    config = ServerConfig.load(data / "hub.toml")
    async with open_hub(data, config) as hub:
        relay = hub.relay
        forwarder = JoinForwarder(relay, _uplink(relay, config).client)
        stick = EnrollingStick(RelayStick(relay), relay, forwarder.admit, data / KEPT)
        operation: Callable[..., Awaitable[Any]] = operations(hub, stick)[name]
        return await operation(args, report)
