"""The work list on a page: what is asked for stands in the address, so that it can be kept.

Without an address it is the view that the reader begins with; else what they have taken on, or, if
that is nothing, all they see.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.flows.worklist.calls import ALL, FREE, MINE, WHOSE, ListWork
from central.county.flows.worklist.pages.keys import VIEWS, WORK
from central.county.flows.worklist.paging import MAX_COUNTED
from central.county.flows.worklist.saved.service import View, Views
from protocol.casework.lights import LIGHT_WORDS, Light
from protocol.casework.states import OPEN, STATE_WORDS, State
from protocol.catalogue.terms import OUTCOMES
from protocol.limits import MAX_NAME_CHARS
from runtime.web.page import Page

routes = web.RouteTableDef()

TABS = {MINE: "我接办的", FREE: "无人接办", ALL: "全部待办"}
WORDS = (*TABS.values(), *LIGHT_WORDS.values(), *STATE_WORDS.values())
"""What is translated beside the templates."""

_FILTERS = ("light", "state", "department", "item", "holder")
_PLACE_CHARS = 120
_STATES = {state.value: STATE_WORDS[state] for state in State if state in OPEN}
_LIGHTS = {light.value: LIGHT_WORDS[light] for light in Light}


@routes.get("/worklist")
async def listed(request: web.Request) -> web.Response:
    """Open cases that fit, the most urgent first."""
    page, work = Page(request).needs(Right.CASES), request.app[WORK]
    views = await request.app[VIEWS].seen(page.actor)
    chosen = _chosen(request.query, views)
    wanted = wanted_of({"whose": ALL, **chosen.asked} if chosen else request.query)
    found = await work.page(page.actor, wanted)
    if wanted.whose == MINE and not request.query and not chosen and not found.counts[MINE]:
        wanted = replace(wanted, whose=ALL)
        found = await work.page(page.actor, wanted)
    asked = {name: value for name in _FILTERS if (value := getattr(wanted, name))}
    return page.show(
        "worklist/listed.html",
        found=found,
        wanted=wanted,
        asked=asked,
        views=views,
        chosen=chosen,
        missing="view" in request.query and chosen is None,
        tabs=[
            (whose, word, urlencode({"whose": whose, **asked}), _count(found.counts[whose]))
            for whose, word in TABS.items()
        ],
        more=urlencode({"whose": wanted.whose, **asked, "after": found.more}),
        outcomes={name: OUTCOMES[name] for name in ("approved", "refused")},
        states=_STATES,
        lights=_LIGHTS,
    )


def _chosen(query: Mapping[str, str], views: Views) -> View | None:
    """The view that is asked for, or the reader's own first one where nothing is."""
    return views.of(query.get("view", "")) if query else views.first


def _count(found: int) -> str:
    return f"{MAX_COUNTED:,}+" if found > MAX_COUNTED else f"{found:,}"


def wanted_of(query: Mapping[str, str]) -> ListWork:
    """From the address; what is no filter is ignored."""
    light, state, whose = (query.get(name, "") for name in ("light", "state", "whose"))
    item, department, holder = (
        text if text.isprintable() else ""
        for name in ("item", "department", "holder")
        for text in [query.get(name, "")[:MAX_NAME_CHARS].strip()]
    )
    return ListWork(
        whose=whose if whose in WHOSE else ALL if query else MINE,
        light=light if light in _LIGHTS else "",
        state=state if state in _STATES else "",
        item=item,
        department=department,
        holder=holder,
        after=query.get("after", "")[:_PLACE_CHARS],
    )
