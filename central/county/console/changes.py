"""What may be done with a node: each is a call that the command line has, too."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import web

from central.accounts.onetime import File, Kind, Shown
from central.accounts.pages.proposals import agreed
from central.accounts.pages.shared import Agreeable, Once, staff_of
from central.accounts.roles import Right
from central.county.console.nodes import show_node
from protocol.errors import PageMissingError, RefusedError, UsageError
from provisioning.enrolment.calls import ADD, AGAIN, OfNode
from provisioning.lifecycle.calls import (
    ADDRESS,
    CONTACT,
    DRAIN,
    MOVE,
    RENAME,
    REPLACE,
    RESUME,
    RETIRE,
    STOP,
    SUSPEND,
    Contact,
    Drain,
    Invited,
    Move,
    NodeState,
    Readdress,
    Rename,
    Replace,
    StateChange,
)
from provisioning.operations import Provisioning
from runtime.control.calls import Call, handler
from runtime.web.numbers import whole_number
from runtime.web.page import Page

A = TypeVar("A")
R = TypeVar("R")
Typed = Mapping[str, str]
routes = web.RouteTableDef()

KIT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class NodeAction(Generic[A, R]):
    """One thing that may be done."""

    call: Call[A, R]
    right: Right
    fields: tuple[str, ...]  # of the form, beside the node
    wanted: Callable[[str, Typed], A]  # the arguments, of the node and what was typed
    two: bool = False  # takes two persons


def _into_state(call: Call[StateChange, NodeState]) -> NodeAction[StateChange, NodeState]:
    return NodeAction(
        call,
        Right.GRANT,
        ("reason",),
        lambda node, typed: StateChange(node=node, reason=typed["reason"]),
    )


def _move(node: str, typed: Typed) -> Move:
    anyway = bool(typed["anyway"])
    return Move(node=node, parent=typed["parent"], code=typed["code"], anyway=anyway)


def _drain(node: str, typed: Typed) -> Drain:
    return Drain(node=node, upto=_count(typed["upto"]), reason=typed["reason"])


def _replace(node: str, typed: Typed) -> Replace:
    return Replace(node=node, upto=_count(typed["upto"]), reason=typed["reason"])


ACTIONS: dict[str, NodeAction[Any, Any]] = {
    "rename": NodeAction(
        RENAME, Right.RUN, ("name",), lambda node, typed: Rename(node=node, name=typed["name"])
    ),
    "move": NodeAction(MOVE, Right.RUN, ("parent", "code", "anyway"), _move),
    "contact": NodeAction(
        CONTACT,
        Right.RUN,
        ("contact",),
        lambda node, typed: Contact(node=node, contact=typed["contact"]),
    ),
    "address": NodeAction(
        ADDRESS, Right.RUN, ("url",), lambda node, typed: Readdress(node=node, url=typed["url"])
    ),
    "suspend": _into_state(SUSPEND),
    "resume": _into_state(RESUME),
    "drain": NodeAction(DRAIN, Right.GRANT, ("reason", "upto"), _drain),
    "stop": _into_state(STOP),
    "retire": _into_state(RETIRE),
    "invite-again": NodeAction(AGAIN, Right.RUN, (), lambda node, _: OfNode(node=node)),
    "replace": NodeAction(REPLACE, Right.RUN, ("reason", "upto"), _replace, two=True),
}


def kit_shown(made: Invited) -> Once:
    """The kit of one node, with its code and its card."""
    kit = File(name=f"{made.node}.kit", kind=KIT_TYPE, data=made.kit)
    card = File(name=f"{made.node}.html", kind="text/html", data=made.card)
    return Kind.KIT, made.node, Shown(title=made.name, secrets=(made.code,), files=(kit, card))


def agreeable(provisioning: Provisioning) -> dict[str, Agreeable[Any, Any]]:
    """Everything that may be done with a node, or makes one; what is shown of it once."""
    known = provisioning.handlers()
    found: dict[str, Agreeable[Any, Any]] = {}
    for action in ACTIONS.values():
        one = handler(known, action.call)
        if action.call.gives is Invited:
            made = Agreeable(handler=one, right=action.right, once=kit_shown)
            found[action.call.name] = made
        else:
            found[action.call.name] = Agreeable(handler=one, right=action.right)
    adding = Agreeable(handler=handler(known, ADD), right=Right.RUN, once=kit_shown)
    return {**found, ADD.name: adding}


@routes.post("/nodes/{node:[0-9a-f]{16}}/{verb}")
async def change(request: web.Request) -> web.Response:
    """Do it, and show the node as it is then; a new kit and code wait to be written down."""
    node, verb = request.match_info["node"], request.match_info["verb"]
    action = ACTIONS.get(verb)
    if action is None:
        raise PageMissingError(verb[:20])
    page = Page(request).needs(action.right)
    typed = {name: await page.field(name) for name in action.fields}
    what = staff_of(page).agreeable_by(action.call)
    try:
        wanted, back = action.wanted(node, typed), f"/nodes/{node}?done={verb}"
        return await agreed(page, what, wanted, subject=node, two=action.two, back=back)
    except (UsageError, RefusedError) as exc:
        return await show_node(page, node, verb=verb, typed=typed, error=exc)


def _count(text: str) -> int | None:
    """How many envelopes a clerk read out; None if nobody could."""
    if not text:
        return None
    count = whole_number(text)
    if count is None:
        raise UsageError(f"截止件数“{text[:20]}”应为数字")
    return count
