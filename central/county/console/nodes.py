"""Pages of the nodes: who has not been heard of first, the map of townships, and each by itself."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.pages.shared import staff_of
from central.accounts.roles import Right
from central.county.console.filter import Filter, is_silent, township
from central.county.console.keys import AUTHORITY, NODES
from central.county.nodes.view import NodeView
from protocol.errors import YizhanError
from protocol.ids import NodeId
from protocol.trust.roster import Role, State
from provisioning.escrow.alarms import key_alarms
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()


@routes.get("/nodes")
async def listed(request: web.Request) -> web.Response:
    """All nodes, or those that are asked for; as a fragment only the table."""
    page = Page(request).needs(Right.LOOK)
    views = await request.app[NODES].overview()
    wanted = Filter.of(request.query)
    template = "console/live.html" if is_fragment(request) else "console/nodes.html"
    waiting = len(request.app[AUTHORITY].admissions.waiting())
    alarms = await asyncio.to_thread(key_alarms, request.app[AUTHORITY].folder.parent)
    return page.show(
        template,
        nodes=wanted.apply(views),
        wanted=wanted,
        keys={alarm["code"] for alarm in alarms},
        hubs=[view for view in views if view.role is Role.HUB],
        figures=_figures(views),
        waiting=waiting,
        live=False,
        proposals=await staff_of(page).proposals.count_open(),
        query=request.query_string,
        township_of=_township_of(views),
        sort_by=lambda column: f"/nodes?{urlencode({**request.query, 'sort': column})}",
    )


@routes.get("/nodes/map")
async def drawn(request: web.Request) -> web.Response:
    """The county as its townships and villages lie below each other."""
    page = Page(request).needs(Right.LOOK)
    county = await request.app[NODES].tree()
    loose = [branch for branch in county.below if branch.view.role is Role.STATION]
    hubs = [branch for branch in county.below if branch.view.role is Role.HUB]
    return page.show("console/map.html", county=county.view, hubs=hubs, loose=loose)


@routes.get("/nodes/{node:[0-9a-f]{16}}")
async def one(request: web.Request) -> web.Response:
    """One node: what is known of it, and what may be done with it."""
    page = Page(request).needs(Right.LOOK)
    return await show_node(page, request.match_info["node"], done=request.query.get("done", ""))


async def show_node(
    page: Page,
    node: str,
    *,
    done: str = "",
    verb: str = "",
    typed: Mapping[str, str] | None = None,
    error: YizhanError | None = None,
) -> web.Response:
    """The page of ``node``.

    Args:
        done: the action that has just been taken.
        verb: an action that was refused, with what was typed, and why.

    Raises:
        NodeUnknownError: there is no such node.
    """
    watch = page.request.app[NODES]
    view, views = await watch.one(NodeId(node)), await watch.overview()
    county = (await watch.tree()).view
    callees = [county, *(other for other in views if other.role is Role.HUB)]
    waiting = await staff_of(page).onetime.waiting(page.login.name)
    return page.show(
        "console/node.html",
        status=200 if error is None else 400,
        node=view,
        township_of=_township_of(views),
        callees=sorted(callees, key=lambda callee: callee.code),
        children=[child for child in views if child.parent == view.node],
        done=done,
        verb=verb,
        typed=typed or {},
        error=error,
        once=[one for one in waiting if one.subject == node],
    )


def _township_of(views: Sequence[NodeView]) -> Callable[[NodeView], str]:
    names = {view.node: view.name for view in views}
    return lambda view: township(view, names)


def _figures(views: Sequence[NodeView]) -> dict[str, int]:
    """The numbers at the head of the list."""
    stations = [view for view in views if view.role is Role.STATION]
    return {
        "hubs": len(views) - len(stations),
        "stations": len(stations),
        "opened": sum(view.state not in (State.INVITED, State.RETIRED) for view in views),
        "all": sum(view.state is not State.RETIRED for view in views),
        "silent": sum(is_silent(view) for view in views),
        "alarmed": sum(bool(view.alarms) for view in views),
        "queued": sum(view.waiting or 0 for view in stations),
    }
