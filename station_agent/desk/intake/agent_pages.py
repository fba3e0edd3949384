"""Who stands at the window: the applicant, or somebody who acts for her.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Mapping

from aiohttp import web

from protocol.errors import YizhanError
from protocol.records.taken_in import AgentKind, Scope
from protocol.text import identifier, person_name
from runtime.web.page import Page
from station_agent.desk.intake.elsewhere import elsewhere
from station_agent.desk.intake.filling import Filling, filling_of
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.drafts.acting import ActsFor, recorded
from station_agent.drafts.calls import NameAgent
from station_agent.drafts.service import AGENT_PAGE

routes = web.RouteTableDef()

_OF = "/items/{code:[A-Za-z0-9._-]{1,50}}/agent/{application:[0-9a-f]{32}}"
_SCOPE = "scope."
_FIRST = ActsFor(name="", kind=AgentKind.RELATIVE, scope=[Scope.APPLY])


@routes.get(_OF)
async def agent(request: web.Request) -> web.Response:
    """Who acts, as far as it was said."""
    page = Page(request).needs(DeskRight.WORK)
    if (first := await elsewhere(page)) is not None:
        return first
    filling = await filling_of(page)
    typed = filling.said(AGENT_PAGE)
    return _show(filling, _acts(typed) if typed else filling.agent or _FIRST)


@routes.post(_OF)
async def named(request: web.Request) -> web.Response:
    """Keep who acts with the draft, or that the applicant came herself."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    said = await filling.sent()
    acts = None if said.get("do") == "oneself" else _acts(said)
    try:
        if acts is not None:
            recorded(acts)
        wanted = NameAgent(application=filling.application, item=filling.item.item, agent=acts)
        await request.app[DESK].drafts.name_agent(page.actor, opened_of(page), wanted)
    except YizhanError as exc:
        return _show(filling, acts or _FIRST, error=exc)
    return filling.go("form")


def _acts(said: Mapping[str, str]) -> ActsFor:
    return ActsFor(
        name=person_name(said.get("name", "")),
        kind=said.get("kind", ""),
        scope=[one.value for one in Scope if f"{_SCOPE}{one.value}" in said],
        identity=identifier(said.get("identity", "")).upper(),
        relation=said.get("relation", "").strip(),
        paper=said.get("paper", "").strip(),
    )


def _show(filling: Filling, acts: ActsFor, error: YizhanError | None = None) -> web.Response:
    return filling.page.show(
        "desk/agent.html",
        item=filling.item,
        application=filling.application,
        acts=acts,
        named=filling.agent is not None,
        saved_ms=filling.draft.saved_ms if filling.draft else None,
        error=error,
    )
