"""Before the form: which village it is for, and whether this person can apply at all.

The answers are advice: they forbid nothing, are kept with the draft, and go on record.

Source: docs/operations.md, "The desk".
"""

from collections.abc import Mapping, Sequence

from aiohttp import web

from protocol.catalogue.items.model import Item
from protocol.catalogue.items.parts import Question
from protocol.catalogue.items.release import parse_item
from runtime.web.page import Page
from station_agent.desk.intake.elsewhere import elsewhere
from station_agent.desk.intake.filling import Filling, filling_of
from station_agent.desk.intake.window_pages import keep_said
from station_agent.desk.keys import DESK
from station_agent.desk.rights import DeskRight

routes = web.RouteTableDef()

VILLAGE, ASKED = "-village", "-asked."
YES, NO = "yes", "no"
_OF = "/items/{code:[A-Za-z0-9._-]{1,50}}/start/{application:[0-9a-f]{32}}"


@routes.get(_OF)
async def start(request: web.Request) -> web.Response:
    """The questions, and the villages where there are several."""
    page = Page(request).needs(DeskRight.WORK)
    if (first := await elsewhere(page)) is not None:
        return first
    filling = await filling_of(page)
    said, item = filling.said("start"), await asked_item(filling)
    return page.show(
        "desk/start.html",
        item=filling.item,
        application=filling.application,
        questions=item.questions,
        asked=ASKED,
        said=said,
        villages=villages_of(page),
        village=village_of(page, said),
        doubts=doubts_of(item, said) if "look" in request.query else (),
        saved_ms=filling.draft.saved_ms if filling.draft else None,
    )


@routes.post(_OF)
async def answered(request: web.Request) -> web.Response:
    """Keep the answers; on to the form, or first to what speaks against it."""
    filling = await filling_of(Page(request).needs(DeskRight.WORK))
    said = await filling.sent()
    await keep_said(filling, said)
    doubts = doubts_of(await asked_item(filling), said)
    return filling.go("start", "?look#doubts") if doubts else filling.go("form")


def doubts_of(item: Item, said: Mapping[str, str]) -> Sequence[Question]:
    """The questions whose answer speaks against going on."""
    against = {True: YES, False: NO}
    return [one for one in item.questions if said.get(f"{ASKED}{one.id}") == against[one.refuse_if]]


def villages_of(page: Page) -> Mapping[str, str]:
    """The villages that this PC serves, its own first: names by division code."""
    return page.request.app[DESK].villages


def village_of(page: Page, said: Mapping[str, str]) -> str:
    """Division code of the village that was chosen; this station's own, where none was."""
    own, chosen = page.request.app[DESK].slips.division, said.get(VILLAGE, "")
    return chosen if chosen in villages_of(page) else own


def village_name(page: Page, code: str) -> str:
    """What a village is called; empty where this PC serves one alone."""
    villages = villages_of(page)
    return villages.get(code, code) if len(villages) > 1 else ""


async def asked_item(filling: Filling) -> Item:
    """The item whose questions count: as the draft keeps it, or as it is now."""
    if filling.held is not None:
        return filling.held
    found = await filling.page.request.app[DESK].applying.questions().found(filling.item.item)
    return parse_item(found.entry or b"", found.library)
