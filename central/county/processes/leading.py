"""Composition of what makes one process of a county its lead, where there may be others."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from central.county.control.node import CountyNode
from central.county.lead.answering import Answering
from central.county.lead.lease import Lease
from central.county.lead.mirror import Mirror
from central.county.lead.serving import Leading, Mirroring, answered
from central.store.engine import Store
from central.store.migrate import ACCOUNTS, COUNTY, RELAY, upgrade
from protocol.envelope.colleagues import Colleagues
from protocol.envelope.keys import Signer
from protocol.errors import StoreError
from protocol.ports import Clock
from provisioning.authority import Authority
from runtime.system import SystemRandomness

_BRANCHES = (RELAY, COUNTY, ACCOUNTS)


@asynccontextmanager
async def lead_on(store: Store, data: Path, clock: Clock) -> AsyncIterator[Lease | None]:
    """Lead on ``store``, migrated, while the block lasts; None on SQLite, where nobody else can be.

    Raises:
        LeadElsewhereError: another process leads.
        NewerStoreError: a newer program wrote the database.
    """
    if store.dialect == "sqlite":
        await upgrade(store, *_BRANCHES)
        yield None
        return
    if await store.is_empty():
        await upgrade(store, *_BRANCHES)
    lease = Lease(store, clock, holder_of(data))
    await lease.take()
    beating = asyncio.create_task(lease.keep())
    try:
        await upgrade(store, *_BRANCHES)
        yield lease
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        with suppress(StoreError):  # then another waits until it has expired
            await lease.give_back()


def holder_of(data: Path) -> str:
    """How the lead in ``data`` is called: by its machine and folder."""
    return f"{socket.gethostname()}:{data.resolve()}"


def mirroring_of(
    store: Store, lease: Lease | None, authority: Authority, signer: Signer
) -> Mirroring | None:
    """Who mirrors ``authority`` for other processes; None where there can be none."""
    if lease is None:
        return None
    mirror = Mirror(store=store, colleagues=Colleagues(signer, SystemRandomness()))
    return Mirroring(authority=authority, mirror=mirror, lease=lease)


def leading_of(node: CountyNode) -> Leading | None:
    """What ``node`` does for other processes while it serves."""
    mirroring, relay = node.mirroring, node.relay
    if mirroring is None:
        return None
    asked = answered(node.authority, node.admit, node.publish_roster)
    answering = Answering(
        store=relay.store,
        lease=mirroring.lease,
        colleagues=mirroring.mirror.colleagues,
        operations={**node.operations, **asked},
        host=socket.gethostname(),
        clock=relay.clock,
    )
    return Leading(relay=relay, lease=mirroring.lease, mirroring=mirroring, answering=answering)
