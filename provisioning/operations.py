"""What the authority offers to the command line, whoever owns the data folder at the moment.

The county's server adds these to its own operations; without a server the command line opens
the authority itself and runs the very same ones.
"""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from protocol.aio.owner import Operation, Report
from protocol.roster import Role
from provisioning.authority import Authority

ADD, SHOW = "provision.add", "provision.show"


def operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after each new version of the roster."""

    async def add(args: Mapping[str, Any], _report: Report) -> dict[str, str]:
        invitation = await asyncio.to_thread(
            authority.add,
            role=Role(args["role"]),
            code=args["code"],
            name=args["name"],
            parent=args["parent"],
            url=args["url"],
        )
        await changed()
        return {
            "node": invitation.node,
            "code": invitation.code,
            "kit": base64.b64encode(invitation.kit).decode("ascii"),
        }

    async def show(_args: Mapping[str, Any], _report: Report) -> list[dict[str, str | None]]:
        return [
            {
                "node": node,
                "role": entry.role.value,
                "code": entry.code,
                "name": entry.name,
                "parent": entry.parent or None,
                "state": entry.state.value,
                "url": entry.url or None,
            }
            for node, entry in authority.roster().nodes.items()
        ]

    return {ADD: add, SHOW: show}
