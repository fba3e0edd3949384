"""Composition of the county's console."""

import asyncio
from collections.abc import Mapping
from typing import Any

from central.config import ServerConfig
from central.county.console import changes, clock, importing, joining, nodes, record, review_queue
from central.county.console.keys import AUTHORITY, NODES, REVIEW_QUEUE
from central.county.nodes.service import NodeWatch
from central.county.review.service import Review
from central.relay.service import Relay
from central.staff.accounts import Accounts
from central.staff.roles import RIGHTS
from central.web.alerts import Alert
from central.web.composition import Contents, site_of
from central.web.opening import Pages
from central.web.site import Site
from provisioning.authority import Authority
from runtime.control.owner import Operation
from runtime.system import SystemRandomness

USUAL = "127.0.0.1:8450"


def console_site(
    relay: Relay,
    accounts: Accounts,
    config: ServerConfig,
    operations: Mapping[str, Operation],
    *,
    watch: NodeWatch,
    review: Review,
    authority: Authority,
) -> Site:
    """The pages of a county."""

    async def note(
        account: str,
        action: str,
        outcome: str,
        *,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        await asyncio.to_thread(
            authority.audit.add,
            actor=f"{account} (web)",
            action=action,
            subject=subject,
            outcome=outcome,
            detail=detail,
        )

    async def names() -> dict[str, str]:
        return {node: entry.name for node, entry in authority.roster().nodes.items()}

    contents = Contents(
        menu="console/menu.html",
        home="/nodes",
        packages=("central.county.console",),
        routes=(
            joining.routes,
            importing.routes,
            nodes.routes,
            changes.routes,
            review_queue.routes,
            record.routes,
            clock.routes,
        ),
        shared={NODES: watch, AUTHORITY: authority, REVIEW_QUEUE: review},
        rights=RIGHTS,
        operations=operations,
        to_show=changes.TO_SHOW,
    )
    site = site_of(relay, accounts, config, SystemRandomness(), contents)
    site.note, site.names = note, names
    site.alerts = lambda: [] if authority.watch.look() else [Alert("clock-jumped")]
    return site


def console_operations(pages: Pages | None) -> dict[str, Operation]:
    """What can be asked of a county with an open console."""
    return {"county.console": pages.where} if pages else {}
