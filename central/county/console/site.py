"""Composition of the county's console."""

import asyncio
from collections.abc import Mapping
from typing import Any

from central.accounts.accounts import Accounts
from central.accounts.roles import RIGHTS
from central.config import ServerConfig
from central.county.console import changes, clock, importing, joining, nodes, record, review_queue
from central.county.console.keys import AUTHORITY, NODES, REVIEW_QUEUE
from central.county.nodes.service import NodeWatch
from central.county.review.service import Review
from central.pages.composition import Contents, site_of
from central.pages.opening import where
from central.relay.service import Relay
from provisioning.authority import Authority
from runtime.control.owner import Operation
from runtime.system import SystemRandomness
from runtime.web.alerts import Alert
from runtime.web.opening import Pages
from runtime.web.site import Site

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
        command="yizhan-county staff add DATA NAME --role security",
        note=note,
        names=names,
        alerts=lambda: [] if authority.watch.look() else [Alert("clock-jumped")],
    )
    return site_of(relay, accounts, config, SystemRandomness(), contents)


def console_operations(pages: Pages | None) -> dict[str, Operation]:
    """What can be asked of a county with an open console."""
    return {"county.console": where(pages)} if pages else {}
