"""What may be done with a node: each is an operation that the command line has, too."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from central.accounts.onetime import File, Kind, Shown
from central.accounts.pages.proposals import agreed_operation
from central.accounts.pages.shared import ToShow
from central.accounts.roles import Right
from central.county.console.nodes import show_node
from protocol.errors import PageMissingError, RefusedError, UsageError
from runtime.web.page import Page

routes = web.RouteTableDef()

_UPTO, _COUNT_DIGITS = "upto", 16
KIT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class NodeAction:
    """One thing that may be done."""

    operation: str
    right: Right
    fields: tuple[str, ...] = ("reason",)  # of the form, beside the node
    two: bool = False  # takes two persons


ACTIONS = {
    "rename": NodeAction("provision.rename", Right.RUN, ("name",)),
    "move": NodeAction("provision.move", Right.RUN, ("parent", "code", "anyway")),
    "contact": NodeAction("provision.contact", Right.RUN, ("contact",)),
    "address": NodeAction("provision.address", Right.RUN, ("url",)),
    "suspend": NodeAction("provision.suspend", Right.GRANT),
    "resume": NodeAction("provision.resume", Right.GRANT),
    "drain": NodeAction("provision.drain", Right.GRANT, ("reason", _UPTO)),
    "stop": NodeAction("provision.stop", Right.GRANT),
    "retire": NodeAction("provision.retire", Right.GRANT),
    "invite-again": NodeAction("provision.invite-again", Right.RUN, ()),
    "replace": NodeAction("provision.replace", Right.RUN, ("reason", _UPTO), two=True),
}


def kit_shown(answer: Mapping[str, Any]) -> tuple[Kind, str, Shown]:
    """The kit of one node, with its code and its card."""
    kit = File(name=f"{answer['node']}.kit", kind=KIT_TYPE, data=base64.b64decode(answer["kit"]))
    card = File(
        name=f"{answer['node']}.html", kind="text/html", data=base64.b64decode(answer["card"])
    )
    shown = Shown(title=answer["name"], secrets=(answer["code"],), files=(kit, card))
    return Kind.KIT, answer["node"], shown


TO_SHOW: dict[str, ToShow] = {
    "provision.add": kit_shown,
    "provision.invite-again": kit_shown,
    "provision.replace": kit_shown,
}


@routes.post("/nodes/{node:[0-9a-f]{16}}/{verb}")
async def change(request: web.Request) -> web.Response:
    """Do it, and show the node as it is then; a new kit and code wait to be written down."""
    node, verb = request.match_info["node"], request.match_info["verb"]
    action = ACTIONS.get(verb)
    if action is None:
        raise PageMissingError(verb[:20])
    page = Page(request).needs(action.right)
    typed = {name: await page.field(name) for name in action.fields}
    try:
        args: dict[str, Any] = dict(typed)
        if _UPTO in args:
            args[_UPTO] = _count(args[_UPTO])
        return await agreed_operation(
            page,
            action.operation,
            {"node": node, **args},
            subject=node,
            two=action.two,
            back=f"/nodes/{node}?done={verb}",
        )
    except (UsageError, RefusedError) as exc:
        return await show_node(page, node, verb=verb, typed=typed, error=exc)


def _count(text: str) -> int | None:
    """How many envelopes a clerk read out; None if nobody could."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < _COUNT_DIGITS):
        raise UsageError(f"截止件数“{text[:20]}”应为数字")
    return int(text)
