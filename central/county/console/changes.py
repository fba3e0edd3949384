"""What may be done with a node: each is an operation that the command line has, too."""

import base64
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from central.county.console.nodes import show_node
from central.staff.roles import Right
from central.web.page import Page
from protocol.errors import PageMissingError, UsageError

routes = web.RouteTableDef()

_UPTO, _COUNT_DIGITS = "upto", 16
KIT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that may be done."""

    operation: str
    right: Right
    fields: tuple[str, ...] = ("reason",)  # of the form, beside the node


DEEDS = {
    "rename": Deed("provision.rename", Right.RUN, ("name",)),
    "move": Deed("provision.move", Right.RUN, ("parent", "code")),
    "address": Deed("provision.address", Right.RUN, ("url",)),
    "suspend": Deed("provision.suspend", Right.GRANT),
    "resume": Deed("provision.resume", Right.GRANT),
    "drain": Deed("provision.drain", Right.GRANT, ("reason", _UPTO)),
    "stop": Deed("provision.stop", Right.GRANT),
    "retire": Deed("provision.retire", Right.GRANT),
}
INVITING = {
    "invite-again": Deed("provision.invite-again", Right.RUN, ()),
    "replace": Deed("provision.replace", Right.RUN, ("reason", _UPTO)),
}


@routes.post("/nodes/{node:[0-9a-f]{16}}/{verb}")
async def change(request: web.Request) -> web.Response:
    """Do it, and show the node as it is then; a new kit and code are shown once."""
    node, verb = request.match_info["node"], request.match_info["verb"]
    deed = DEEDS.get(verb) or INVITING.get(verb)
    if deed is None:
        raise PageMissingError(verb[:20])
    page = Page(request).needs(deed.right)
    args: dict[str, Any] = {name: await page.field(name) for name in deed.fields}
    if _UPTO in args:
        args[_UPTO] = _count(args[_UPTO])
    answer = await page.run(deed.operation, node=node, **args)
    if verb not in INVITING:
        return await show_node(page, node, done=verb)
    number = page.site.parcels.put(
        page.login.name, f"{node}.kit", KIT_TYPE, base64.b64decode(answer["kit"])
    )
    return await show_node(page, node, done=verb, code=answer["code"], kit=number)


def _count(text: str) -> int | None:
    """How many envelopes a clerk read out; None if nobody could."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < _COUNT_DIGITS):
        raise UsageError(text[:20])
    return int(text)
