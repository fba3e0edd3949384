"""Changes to a node's entry, for the command line."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from protocol.ids import NodeId, node_id
from protocol.trust.roster import Roster, RosterEntry
from provisioning.authority import Authority
from provisioning.bulk.answer import invitation_answer
from provisioning.lifecycle import changes
from runtime.control.owner import Operation, Report

RENAME, MOVE, ADDRESS = "provision.rename", "provision.move", "provision.address"
CONTACT = "provision.contact"
SUSPEND, RESUME, RETIRE = "provision.suspend", "provision.resume", "provision.retire"
DRAIN, STOP, REPLACE = "provision.drain", "provision.stop", "provision.replace"
SAID = {
    RENAME: ("node", "name"),
    MOVE: ("node", "parent", "code", "anyway"),
    CONTACT: ("node",),  # not whom to call: that is a person's name and number
    ADDRESS: ("node", "url"),
    SUSPEND: ("node", "reason"),
    RESUME: ("node", "reason"),
    RETIRE: ("node", "reason"),
    DRAIN: ("node", "upto", "reason"),
    STOP: ("node", "reason"),
    REPLACE: ("node", "upto", "reason"),
}

Change = Callable[[Roster, NodeId, Mapping[str, Any]], RosterEntry]


def lifecycle_operations(
    authority: Authority, changed: Callable[[], Awaitable[None]]
) -> dict[str, Operation]:
    """The operations by name; ``changed`` is awaited after each new version of the roster."""
    known: dict[str, Change] = {
        RENAME: lambda roster, node, args: changes.renamed(roster, node, args["name"]),
        MOVE: lambda roster, node, args: changes.moved(
            roster,
            node,
            authority.policy(),
            parent=args["parent"],
            code=args["code"],
            unique=not args.get("anyway"),
        ),
        ADDRESS: lambda roster, node, args: changes.readdressed(roster, node, args["url"]),
        SUSPEND: lambda roster, node, _: changes.suspended(roster, node),
        RESUME: lambda roster, node, _: changes.resumed(roster, node),
        RETIRE: lambda roster, node, _: changes.retired(roster, node),
        DRAIN: lambda roster, node, args: changes.draining(roster, node, args["upto"]),
        STOP: lambda roster, node, _: changes.stopped(roster, node),
    }

    def operation(change: Change) -> Operation:
        async def run(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
            node, held = node_id(args["node"]), authority.roster()
            roster = await asyncio.to_thread(
                authority.change, node, lambda roster: change(roster, node, args)
            )
            if roster is not held:
                await changed()
            entry = roster.nodes[node]
            return {"node": node, "name": entry.name, "state": entry.state.value}

        return run

    async def replace(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        node = node_id(args["node"])
        invitation = await asyncio.to_thread(
            authority.invitations.replace,
            node,
            lambda roster: changes.replaced(roster, node, args["upto"]),
        )
        await changed()
        return invitation_answer(authority, invitation)

    async def contact(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        node = node_id(args["node"])
        await asyncio.to_thread(authority.set_contact, node, args["contact"])
        entry = authority.roster().nodes[node]
        return {"node": node, "name": entry.name, "state": entry.state.value}

    return {
        CONTACT: contact,
        REPLACE: replace,
        **{name: operation(change) for name, change in known.items()},
    }
