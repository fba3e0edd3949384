"""Taking an application in: find the item, see what it takes, fill in.

What is filled in is a draft on disk until it is handed in, and each page has an address of its own,
so that a reload, the way back and the other language show it again. Its papers have pages of their
own (``station_agent.desk.papers``), and so has handing in (``handing_in``).
"""

from aiohttp import web

from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.forms.entry import MORE
from protocol.errors import CatalogueMissingError, YizhanError
from protocol.errors.drafts import FillingElsewhereError
from runtime.web.login_pages import known_of
from runtime.web.page import Page
from station_agent.desk.clerks.logins import DeskLogins
from station_agent.desk.intake.both import SETTLES
from station_agent.desk.intake.elsewhere import elsewhere
from station_agent.desk.intake.filling import (
    PAGE,
    PLACE,
    PLACE_CHARS,
    ROWS,
    WHOLE,
    filling_of,
    item_of,
    known_filling_of,
    newly_known,
    texts_of,
    with_returned,
)
from station_agent.desk.intake.window import mode_name
from station_agent.desk.intake.window_pages import PAGES, kept_of, said_key
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.intake.calls import FindItems, ItemShown

routes = web.RouteTableDef()

_ITEM = "/items/{code:[A-Za-z0-9._-]{1,50}}"
_ID = "{application:[0-9a-f]{32}}"
_MORE_ROWS = 5  # empty ones in a table, asked for
_ID_BYTES = 16
_STEP_AT, _TYPED = 3, ("form", "draft")  # of /items/CODE/STEP/ID those that send a whole form
_FOUND, _RECENT = 50, 8  # items on the page, and those that were applied for here last


@routes.get("/find")
async def find(request: web.Request) -> web.Response:
    """Items by what people call them; at first those that were applied for here last."""
    page, said = Page(request).needs(DeskRight.WORK), request.query.get("q", "")[:100]
    error: YizhanError | None = None
    items, near = [], []
    try:
        found = await request.app[DESK].applying.items(page.actor, FindItems(text=said))
        items, near = list(found.items), list(found.near)
        if not said:
            recent = await request.app[DESK].applying.recent_items(_RECENT)
            items.sort(key=lambda one: recent.index(one.item) if one.item in recent else _RECENT)
    except CatalogueMissingError as exc:
        error = exc
    return page.show(
        "desk/find.html",
        said=said,
        items=items[:_FOUND],
        count=len(items),
        near=near,
        error=error,
    )


@routes.get(_ITEM)
async def item(request: web.Request) -> web.Response:
    """Who may apply, what to bring, what it costs and how long it takes, before anything."""
    page = Page(request).needs(DeskRight.WORK)
    shown = await item_of(page)
    must = [one for one in shown.materials if "required" in (one.attach, one.group_attach)]
    return page.show(
        "desk/item.html",
        item=shown,
        conditions=_conditions(shown),
        must=must,
        limit=_limit(shown),
        mode=mode_name(shown),
    )


@routes.get(f"{_ITEM}/form")
async def begin(request: web.Request) -> web.Response:
    """A form to fill in, with an id from here on; open drafts of the item are offered first."""
    page = Page(request).needs(DeskRight.WORK)
    shown, desk = await item_of(page), request.app[DESK]
    drafts = await desk.drafts.open_of(opened_of(page), shown.item)
    if drafts and "new" not in request.query:
        return page.show("desk/again.html", item=shown, drafts=drafts)
    asks = bool(shown.facts.get("questions")) or len(desk.villages) > 1
    step, application = "start" if asks else "form", desk.randomness.token(_ID_BYTES).hex()
    return page.go(f"/items/{shown.item}/{step}/{application}")


@routes.get(f"{_ITEM}/form/{_ID}")
async def filled(request: web.Request) -> web.Response:
    """The form with what was filled in so far; with its faults after it was checked."""
    page = Page(request).needs(DeskRight.WORK)
    if (first := await elsewhere(page)) is not None:
        return first
    filling = await known_filling_of(page)
    form = filling.form_of(filling.texts)
    faults = filling.schema.faults(form) if "faults" in request.query else []
    return filling.ask(form, faults, rows=_MORE_ROWS if "more" in request.query else ROWS)


@routes.post(f"{_ITEM}/form/{_ID}")
async def checked(request: web.Request) -> web.Response:
    """What was filled in: more rows, its faults, or the page to read out."""
    filling = await filling_of(Page(request).needs(DeskRight.WORK))
    texts = await filling.sent()
    form = filling.form_of(texts)
    faults = filling.schema.faults(form)
    try:
        await filling.save(texts)
    except FillingElsewhereError as exc:
        filling = await with_returned(await filling_of(filling.page))  # with what is set aside now
        return filling.ask(form, faults, error=exc, typed=texts)
    except YizhanError as exc:
        filling = await with_returned(filling)
        return filling.ask(form, faults, error=exc)  # what was typed stays on the page
    if MORE in texts:
        return filling.go("form", "?more")
    return filling.go("form", "?faults#faults") if faults else filling.go_on()


@routes.post(f"{_ITEM}/draft/{_ID}")
async def saved(request: web.Request) -> web.Response:
    """What was typed so far is on disk: the line that says so with the time, or why it is not."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await filling_of(page)
    try:
        sent = {name: text for name, text in (await filling.sent()).items() if name != SETTLES}
        saved_ms = await filling.save(sent)
    except YizhanError as exc:
        return page.show("desk/saved.html", saved_ms=None, error=exc)
    known = await newly_known(filling)
    response = page.show(
        "desk/saved.html",
        saved_ms=saved_ms,
        seen_ms=saved_ms,
        error=None,
        swapped=known is not None,
        known=known,
        item=filling.item,
        application=filling.application,
    )
    response.headers["HX-Trigger"] = "saved"  # an event that draft.js waits for
    return response


async def keep_unread(request: web.Request, logins: DeskLogins) -> str:
    """Keep a form that was sent while nobody was logged in; the path to go on at, or empty."""
    application = request.match_info.get("application")
    if not application:
        return ""
    texts = await texts_of(request)
    step, left = request.path.split("/")[_STEP_AT], request.app[DESK].left
    is_clerks = await logins.is_known(known_of(Page(request)))
    if texts.get(PAGE) in PAGES:
        said = {**kept_of(texts), PAGE: texts[PAGE]}
        left.leave(said_key(application), said, is_clerks=is_clerks)
        return f"/items/{request.match_info['code']}/{texts[PAGE]}/{application}"
    if step in _TYPED and WHOLE not in texts:  # what was read out is a draft already
        left.leave(application, texts, is_clerks=is_clerks)
    place = texts.get(PLACE, "")[:PLACE_CHARS]
    return f"/items/{request.match_info['code']}/form/{application}{f'#{place}' if place else ''}"


def _conditions(shown: ItemShown) -> list[str]:
    said = shown.facts.get("conditions", [])
    return [str(one) for one in (said if isinstance(said, list) else [said])]


def _limit(shown: ItemShown) -> Limit | None:
    """How long it takes as promised, else by law; None where nothing readable is written."""
    limits = shown.facts.get("limits")
    if not isinstance(limits, dict):
        return None
    try:
        return read_limit(str(limits.get("promised") or limits.get("legal") or ""))
    except ValueError:
        return None
