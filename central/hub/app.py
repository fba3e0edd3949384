"""Composition of a township hub: every object is made here, none at import time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from central.config import ServerConfig
from central.enrolling import KEPT, EnrollingStick
from central.hub.enrolment import JoinForwarder
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
from central.store.migrate import RELAY, migrate
from protocol.aio.identity import load_identity
from protocol.aio.owner import Operation, Owner, Report
from protocol.aio.stick.command import stick_operations
from protocol.aio.tls import server_context
from protocol.errors import KitRoleError
from protocol.roster import Role
from protocol.system import SystemClock, SystemRandomness

_MINUTE_S, _HOUR_S = 60.0, 3600.0


@asynccontextmanager
async def open_hub(data: Path, config: ServerConfig) -> AsyncIterator[Relay]:
    """The relay of the hub in ``data``, on its migrated database.

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
        await migrate(store, RELAY)
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
        yield relay


async def serve_hub(data: Path, ready: Callable[[str], None]) -> None:
    """Run the hub until it is told to stop.

    Raises:
        InUseError: another process owns ``data``.
        UsageError: the configuration is wrong, or the address is taken.
    """
    config = ServerConfig.load(data / "hub.toml")
    owner = await Owner(data).lock()
    try:
        async with open_hub(data, config) as relay:
            await _serve(data, relay, config, owner, ready)
    finally:
        await owner.close()


async def _serve(
    data: Path, relay: Relay, config: ServerConfig, owner: Owner, ready: Callable[[str], None]
) -> None:
    identity = relay.identity
    uplink = _uplink(relay, config)
    forwarder = JoinForwarder(relay, uplink.client)
    stick = EnrollingStick(RelayStick(relay), relay, forwarder.admit, data / KEPT)

    async def beside(stopped: asyncio.Event) -> None:
        await run_until_stopped(uplink, stopped)

    await serve(
        url=relay.editions.roster.nodes[relay.node].url,
        listen=config.listen,
        context=server_context(identity.ca, identity.certificate_path, identity.key_path),
        endpoint=Endpoint(
            relay,
            forwarder.admit,
            randomness=SystemRandomness(),
            max_exchanges=config.max_exchanges,
        ),
        operations=operations(relay, stick),
        owner=owner,
        jobs={
            "checkpoint": (config.checkpoint_s, relay.store.checkpoint),
            "again": (_HOUR_S, relay.offer_old_again),
            "joins": (_MINUTE_S, stick.ask_again),
        },
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


def operations(relay: Relay, stick: EnrollingStick) -> Mapping[str, Operation]:
    """What the command line may ask of a hub."""

    async def status(_: Mapping[str, Any], __: Report) -> dict[str, Any]:
        return await hub_state(relay)

    return {
        "hub.status": status,
        "hub.retry": retrying(relay),
        **stick_operations("hub", stick),
    }


async def run_directly(data: Path, name: str, args: Mapping[str, Any], report: Report) -> Any:  # noqa: ANN401
    """Run one operation on a hub that is not being served; the caller holds the lock."""
    config = ServerConfig.load(data / "hub.toml")
    async with open_hub(data, config) as relay:
        forwarder = JoinForwarder(relay, _uplink(relay, config).client)
        stick = EnrollingStick(RelayStick(relay), relay, forwarder.admit, data / KEPT)
        operation: Callable[..., Awaitable[Any]] = operations(relay, stick)[name]
        return await operation(args, report)
