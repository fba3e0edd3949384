"""Taking an application in: find the item, see what it takes, fill in, check, hand in.

What is filled in lies in the page until it is handed in; files can't be attached here yet.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from protocol.catalogue.calendars.due import Limit, read_limit
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.entry import read_entry
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Layout
from protocol.catalogue.forms.reading import read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.errors import CatalogueMissingError, IntakeError, YizhanError
from protocol.ids import ApplicationId
from protocol.limits import MAX_FORM_BYTES
from runtime.web.page import Page
from station_agent.desk.keys import DESK
from station_agent.desk.rights import DeskRight
from station_agent.intake.calls import FindItems, ItemShown, ShowItem, Submission

routes = web.RouteTableDef()

_ITEM = "/items/{code:[A-Za-z0-9._-]{1,50}}"
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
    return page.show("desk/find.html", said=said, items=items[:_FOUND], near=near, error=error)


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
async def blank(request: web.Request) -> web.Response:
    """A form to fill in; its application has an id from here on, so that it is taken once."""
    page = Page(request).needs(DeskRight.WORK)
    shown = await _item_of(page)
    application = ApplicationId(request.app[DESK].randomness.token(_ID_BYTES).hex())
    return _Filling(page=page, item=shown, application=application).ask({})


@routes.post(f"{_ITEM}/form")
async def checked(request: web.Request) -> web.Response:
    """The same with what was filled in: more rows, its faults, or the page to read out."""
    page = Page(request).needs(DeskRight.WORK)
    filling, sent = await _filling(page), await request.post()
    texts = {name: value for name, value in sent.items() if isinstance(value, str)}
    schema = filling.schema
    form = with_derived(read_entry(schema, texts), schema.meant)
    if "more" in texts:
        return filling.ask(form, rows=_MORE_ROWS)
    if faults := schema.faults(form):
        return filling.ask(form, faults)
    return filling.read_out(form)


@routes.post(f"{_ITEM}/change")
async def change(request: web.Request) -> web.Response:
    """Back from the page to read out, with everything that was filled in."""
    page = Page(request).needs(DeskRight.WORK)
    filling = await _filling(page)
    return filling.ask(await _form_of(page))


@routes.post(f"{_ITEM}/hand-in")
async def hand_in(request: web.Request) -> web.Response:
    """Hand in by the service that the command calls; *saved* is said after its commit alone."""
    page = Page(request).needs(DeskRight.WORK)
    filling, form = await _filling(page), await _form_of(page)
    submission = Submission(
        application=filling.application,
        item=filling.item.item,
        form=json.dumps(form, ensure_ascii=False),
    )
    try:
        await request.app[DESK].intake().submit(submission)
    except IntakeError as exc:
        return filling.ask(form, filling.schema.faults(form), error=exc)
    return page.go(f"/applications/{filling.application}?saved")


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
    """Raises UsageError if the page names no id."""
    application = ApplicationId(await page.field("application"))
    shown = await _item_of(page)
    Submission(application=application, item=shown.item, form="")  # checks the id
    return _Filling(page=page, item=shown, application=application)


async def _form_of(page: Page) -> dict[str, Any]:
    """The form that the page to read out carries.

    Raises:
        FormInvalidError: it is none, as from a page that was changed.
    """
    return read_form((await page.field("form", most=MAX_FORM_BYTES)).encode())
