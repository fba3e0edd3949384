"""Looking after requests to join, as the command line asks for it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from protocol.ids import node_id
from provisioning.authority import Authority
from provisioning.bulk.answer import invitation_answer
from provisioning.enrolment.admissions import Applicant
from provisioning.enrolment.tables import Verdict
from runtime.control.owner import Operation, Report

WAITING, JUDGE, AGAIN = "provision.waiting", "provision.judge", "provision.invite-again"
DISMISS, SUSPECTED = "provision.dismiss", "provision.suspected"
SAID = {JUDGE: ("node", "verdict", "compared"), AGAIN: ("node",), DISMISS: ("node",)}


def enrolment_operations(authority: Authority) -> dict[str, Operation]:
    """The operations by name. None of them changes the roster: the node does when it comes in."""

    async def waiting(_args: Mapping[str, Any], _report: Report) -> list[dict[str, Any]]:
        return [_json(who) for who in await asyncio.to_thread(authority.admissions.waiting)]

    async def judge(args: Mapping[str, Any], _report: Report) -> dict[str, Any]:
        node, verdict = node_id(args["node"]), Verdict(args["verdict"])
        compared = str(args.get("compared") or "")
        return _json(await asyncio.to_thread(authority.admissions.judge, node, verdict, compared))

    async def suspected(_args: Mapping[str, Any], _report: Report) -> list[dict[str, str]]:
        found = await asyncio.to_thread(authority.admissions.suspicions)
        nodes = authority.roster().nodes
        return [
            {"node": node, "name": nodes[node].name, "what": what}
            for node, alarms in found.items()
            for what in alarms
        ]

    async def dismiss(args: Mapping[str, Any], _report: Report) -> dict[str, str]:
        node = node_id(args["node"])
        await asyncio.to_thread(authority.admissions.dismiss, node)
        return {"node": node}

    async def invite_again(args: Mapping[str, Any], _report: Report) -> dict[str, str]:
        invitation = await asyncio.to_thread(
            authority.invitations.invite_again, node_id(args["node"])
        )
        return invitation_answer(authority, invitation)

    return {
        WAITING: waiting,
        JUDGE: judge,
        AGAIN: invite_again,
        DISMISS: dismiss,
        SUSPECTED: suspected,
    }


def _json(who: Applicant) -> dict[str, Any]:
    return {
        "node": who.node,
        "role": who.entry.role.value,
        "code": who.entry.code,
        "name": who.entry.name,
        "fingerprint": who.fingerprint,
        "digest": who.digest.hex(),
        "others": who.others,
        "url": who.url,
        "since_ms": who.since_ms,
        "replaces": bool(who.entry.drained),
    }
