"""Taking an application in: find the item, see what it takes, fill in, check, hand in.

What is filled in is kept in memory until it is handed in (``kept``), and each page has an address
of its own, so that a reload, the way back and the other language show it again. Files can't be
attached here yet.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.entry import MORE, read_entry
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Layout
from protocol.catalogue.forms.reading import read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import CatalogueMissingError, YizhanError
from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.desk.rights import DeskRight
from station_agent.intake.calls import FindItems, ItemShown, ShowItem, Submission

routes = web.RouteTableDef()

_ITEM = "/items/{code:[A-Za-z0-9._-]{1,50}}"
_ID = "{application:[0-9a-f]{32}}"
_WHOLE = "-form"  # no field of a form has such a name
_ROWS, _MORE_ROWS = 2, 5  # empty ones in a table: on a page, asked for
_ID_BYTES = 16
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
    shown = await _item_of(page)
    must = [one for one in shown.materials if "required" in (one.attach, one.group_attach)]
    return page.show(
        "desk/item.html",
        item=shown,
        conditions=_conditions(shown),
        must=must,
        limit=_limit(shown),
    )


@routes.get(f"{_ITEM}/form")
async def begin(request: web.Request) -> web.Response:
    """A form to fill in; its application has an id from here on, so that it is taken once."""
    page = Page(request).needs(DeskRight.WORK)
    shown, desk = await _item_of(page), request.app[DESK]
    application = ApplicationId(desk.randomness.token(_ID_BYTES).hex())
    desk.forms.keep(application, {})
    return page.go(f"/items/{shown.item}/form/{application}")


@routes.get(f"{_ITEM}/form/{_ID}")
async def filled(request: web.Request) -> web.Response:
    """The form with what was filled in so far; with its faults after it was checked."""
    filling = await _filling(Page(request).needs(DeskRight.WORK))
    texts = filling.kept()
    if texts is None:
        return filling.elsewhere()
    form = filling.form_of(texts)
    faults = filling.schema.faults(form) if "faults" in request.query else []
    return filling.ask(form, faults, rows=_MORE_ROWS if "more" in request.query else _ROWS)


@routes.post(f"{_ITEM}/form/{_ID}")
async def checked(request: web.Request) -> web.Response:
    """What was filled in: more rows, its faults, or the page to read out."""
    filling = await _filling(Page(request).needs(DeskRight.WORK))
    texts = await filling.keep()
    if MORE in texts:
        return filling.go("form", "?more")
    if filling.schema.faults(filling.form_of(texts)):
        return filling.go("form", "?faults#faults")
    return filling.go("check")


@routes.get(f"{_ITEM}/check/{_ID}")
async def check(request: web.Request) -> web.Response:
    """What is to be read to the citizen before it is handed in."""
    filling = await _filling(Page(request).needs(DeskRight.WORK))
    texts = filling.kept()
    if texts is None:
        return filling.elsewhere()
    form = filling.form_of(texts)
    if filling.schema.faults(form):
        return filling.go("form", "?faults#faults")
    return filling.read_out(form)


@routes.post(f"{_ITEM}/change/{_ID}")
async def change(request: web.Request) -> web.Response:
    """Back from the page to read out, with everything that was filled in."""
    filling = await _filling(Page(request).needs(DeskRight.WORK))
    filling.form_of(await filling.keep())  # raises if it is none
    return filling.go("form")


@routes.post(f"{_ITEM}/hand-in/{_ID}")
async def hand_in(request: web.Request) -> web.Response:
    """Hand in by the service that the command calls; *saved* is said after its commit alone."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await _filling(page)
    form = filling.form_of(await filling.sent())  # what was read out, whatever another tab has kept
    submission = Submission(
        application=filling.application,
        item=filling.item.item,
        form=json.dumps(form, ensure_ascii=False),
    )
    try:
        await request.app[DESK].intake().submit(submission)
    except YizhanError as exc:
        return filling.ask(form, filling.schema.faults(form), error=exc)
    request.app[DESK].forms.taken(filling.application)
    return page.go(f"/applications/{filling.application}?saved")


async def keep_unread(request: web.Request) -> str:
    """Keep a form that was sent while nobody was logged in; the path to go on at, or empty."""
    application = request.match_info.get("application")
    if not application:
        return ""
    request.app[DESK].forms.leave(application, await _texts_of(request))
    return f"/items/{request.match_info['code']}/form/{application}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filling:
    """An application that is being filled in."""

    page: Page
    item: ItemShown
    application: ApplicationId

    @property
    def schema(self) -> FormSchema:
        """What the form asks."""
        return FormSchema(self.item.form)

    def kept(self) -> Mapping[str, str] | None:
        """What was sent last."""
        forms = self.page.request.app[DESK].forms
        return forms.of(self.application, opened_of(self.page).vault)

    async def sent(self) -> Mapping[str, str]:
        """What is sent now."""
        return await _texts_of(self.page.request)

    async def keep(self) -> Mapping[str, str]:
        """What is sent now, kept."""
        texts = await self.sent()
        self.page.request.app[DESK].forms.keep(self.application, texts)
        return texts

    def form_of(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The form in what was sent: by field, or whole from the page to read out.

        Raises:
            FormInvalidError: it is none, as from a page that was changed.
        """
        if _WHOLE in texts:
            return read_form(texts[_WHOLE].encode("utf-8", "replace"))
        return with_derived(read_entry(self.schema, texts), self.schema.meant)

    def go(self, step: str, more: str = "") -> web.Response:
        """On to another page of this application."""
        return self.page.go(f"/items/{self.item.item}/{step}/{self.application}{more}")

    def elsewhere(self) -> web.Response:
        """Nothing is kept of this one: it was handed in, or its id is good for nobody now."""
        if self.page.request.app[DESK].forms.is_taken(self.application):
            return self.page.go(f"/applications/{self.application}")
        return self.page.go(f"/items/{self.item.item}/form")

    def ask(
        self,
        form: Mapping[str, Any],
        faults: list[FormFault] | None = None,
        *,
        rows: int = _ROWS,
        error: YizhanError | None = None,
    ) -> web.Response:
        """The form, with every fault at its field."""
        laid = layout(
            self.schema,
            form,
            faults=faults or [],
            language=self.page.language,
            spare_rows=rows,
        )
        return self._show("desk/form.html", laid, error=error)

    def read_out(self, form: Mapping[str, Any]) -> web.Response:
        """What is to be read to the citizen before it is handed in."""
        laid = layout(self.schema, form, language=self.page.language, spare_rows=0)
        return self._show("desk/check.html", laid, form=json.dumps(form, ensure_ascii=False))

    def _show(self, template: str, laid: Layout, **values: Any) -> web.Response:  # noqa: ANN401 - whatever it shows
        return self.page.show(
            template, item=self.item, application=self.application, laid=laid, **values
        )


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


async def _item_of(page: Page) -> ItemShown:
    wanted = ShowItem(item=page.request.match_info["code"])
    return await page.request.app[DESK].applying.item(page.actor, wanted)


async def _filling(page: Page) -> _Filling:
    application = ApplicationId(page.request.match_info["application"])
    return _Filling(page=page, item=await _item_of(page), application=application)


async def _texts_of(request: web.Request) -> dict[str, str]:
    sent = await request.post()
    return {name: value for name, value in sent.items() if isinstance(value, str)}
