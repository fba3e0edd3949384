"""An application that is being filled in, as its pages see it.

Source: docs/operations.md, "The desk".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from protocol.catalogue.documents import FormData
from protocol.catalogue.forms.derive import with_derived
from protocol.catalogue.forms.entry import MORE, read_entry
from protocol.catalogue.forms.faults import FormFault
from protocol.catalogue.forms.layout import layout
from protocol.catalogue.forms.parts import Layout
from protocol.catalogue.forms.reading import read_form
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import parse_item
from protocol.errors import YizhanError
from protocol.ids import ApplicationId
from runtime.web.page import Page
from station_agent.desk.followups.returned import Returned, returned_of
from station_agent.desk.intake.both import SEEN, SETTLES, TAB, seen_by, two_texts
from station_agent.desk.intake.lacking import only_missing
from station_agent.desk.keys import DESK, opened_of
from station_agent.drafts.acting import ActsFor
from station_agent.drafts.calls import SaveDraft
from station_agent.drafts.content import BLANK
from station_agent.drafts.earlier import NOBODY, Known
from station_agent.drafts.service import Draft
from station_agent.drafts.versions import AS_IT_WAS, Version
from station_agent.intake.calls import ItemShown, PlaceShown, ShowItem
from station_agent.intake.items import item_shown

ROWS = 2  # empty ones in a table
PLACE_CHARS = 200  # of the id of a field on its page
WHOLE, PLACE, PAGE = "-form", "-place", "-page"  # no field of a form has such names
_NOT_TYPED = frozenset((WHOLE, PLACE, PAGE, MORE, TAB, SEEN, SETTLES, "token"))
_TAB_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """An application that is being filled in."""

    page: Page
    item: ItemShown  # as it was when the form was begun
    application: ApplicationId
    draft: Draft | None  # None: nothing is saved of it yet
    version: Version = AS_IT_WAS
    known: Known = NOBODY  # of the person; only where it is shown
    returned: Returned | None = None  # what the county says of the one it answers; the same

    @property
    def texts(self) -> Mapping[str, str]:
        """What was typed and saved."""
        return self.draft.content.texts if self.draft else {}

    @property
    def agent(self) -> ActsFor | None:
        """Who acts for the applicant; None: she came herself."""
        return self.draft.content.agent if self.draft else None

    def said(self, page: str) -> Mapping[str, str]:
        """What was said on a page around the form, as it was typed."""
        return self.draft.content.window.get(page, {}) if self.draft else {}

    @property
    def held(self) -> Item | None:
        """The item as it was when the form was begun; None: nothing is saved of it yet."""
        found = self.draft.item.found if self.draft else None
        return parse_item(found.entry, found.library) if found and found.entry else None

    @property
    def schema(self) -> FormSchema:
        """What the form asks."""
        return FormSchema(self.item.form)

    @property
    def next_page(self) -> str:
        """What comes behind the form."""
        if self.item.materials:
            return f"/papers/{self.item.item}/{self.application}"
        return f"/items/{self.item.item}/check/{self.application}"

    async def sent(self) -> Mapping[str, str]:
        """What is sent now."""
        return await texts_of(self.page.request)

    async def save(self, texts: Mapping[str, str]) -> int:
        """Keep what was typed so far; when it was saved. Raises as :meth:`DraftService.save`."""
        desk = self.page.request.app[DESK]
        wanted = SaveDraft(
            application=self.application,
            item=self.item.item,
            texts={name: text for name, text in texts.items() if name not in _NOT_TYPED},
            place=texts.get(PLACE, "")[:PLACE_CHARS],
            seen=seen_by(texts),
        )
        saved_ms = await desk.drafts.save(self.page.actor, opened_of(self.page), wanted)
        desk.left.drop(self.application)
        return saved_ms

    def form_of(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The form in what was sent: by field, or whole from the page to read out.

        Raises:
            FormInvalidError: it is none, as from a page that was changed.
        """
        if WHOLE in texts:
            return read_form(texts[WHOLE].encode("utf-8", "replace"))
        return with_derived(read_entry(self.schema, texts), self.schema.meant)

    def go(self, step: str, more: str = "") -> web.Response:
        """On to another page of this application."""
        return self.page.go(f"/items/{self.item.item}/{step}/{self.application}{more}")

    def go_on(self) -> web.Response:
        """What comes behind a form that is right: its papers, where the item asks for some."""
        return self.page.go(self.next_page)

    def ask(
        self,
        form: FormData,
        faults: list[FormFault] | None = None,
        *,
        rows: int = ROWS,
        error: YizhanError | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> web.Response:
        """The form, with every fault at its field.

        Args:
            typed: texts of the page that was sent, where they are not what is kept.
        """
        content = self.draft.content if self.draft else BLANK
        said = self.returned.at_fields(self.schema) if self.returned else []
        said += two_texts(self.schema, content, typed)
        laid = layout(
            self.schema,
            form,
            faults=[*said, *(faults or [])],
            language=self.page.language,
            spare_rows=rows,
        )
        desk = self.page.request.app[DESK]
        return self._show(
            "desk/form.html",
            laid,
            tab=desk.randomness.token(_TAB_BYTES).hex(),
            aside=content.aside,
            known=self.known,
            error=error,
            saved_ms=self.draft.saved_ms if self.draft else None,
            others=[one for one in content.clerks if one != self.page.login.name],
            dropped=content.dropped,
            fields_said=self.returned.fields(self.schema, self.texts) if self.returned else [],
            version=self.version,
            may_go_on=bool(faults) and only_missing(faults or []),
            next_page=self.next_page,
        )

    def read_out(self, form: FormData, **values: Any) -> web.Response:  # noqa: ANN401 - whatever it shows
        """What is to be read to the citizen before it is handed in."""
        laid = layout(self.schema, form, language=self.page.language, spare_rows=0)
        return self._show(
            "desk/check.html",
            laid,
            form=json.dumps(form, ensure_ascii=False),
            known=self.known,
            changes=self.returned.changes(self.schema, self.texts) if self.returned else [],
            **values,
        )

    def _show(self, template: str, laid: Layout, **values: Any) -> web.Response:  # noqa: ANN401 - whatever it shows
        return self.page.show(
            template,
            item=self.item,
            application=self.application,
            laid=laid,
            agent=self.agent,
            returned=self.returned,
            **values,
        )


async def item_of(page: Page) -> ItemShown:
    """The item that the address names. Raises CatalogueMissingError, ItemUnknownError."""
    wanted = ShowItem(item=page.request.match_info["code"])
    return await page.request.app[DESK].applying.item(page.actor, wanted)


async def filling_of(page: Page) -> Filling:
    """The application that the address names, with what is kept of it.

    Raises:
        CatalogueMissingError, ItemUnknownError: it is a new one, and there is no such item.
        FillingNewerError, DamagedError: what is kept can't be read.
    """
    application = ApplicationId(page.request.match_info["application"])
    draft = await page.request.app[DESK].drafts.find(opened_of(page), application)
    if draft is None:
        return Filling(page=page, item=await item_of(page), application=application, draft=None)
    item = item_shown(draft.item.found, PlaceShown())
    version = await page.request.app[DESK].versions.of(draft)
    return Filling(page=page, item=item, application=application, draft=draft, version=version)


async def known_filling_of(page: Page) -> Filling:
    """The same with what is known of its person, and what the county says of the one before.

    Raises as :func:`filling_of`.
    """
    filling = await with_returned(await filling_of(page))
    known = await page.request.app[DESK].earlier.of(opened_of(page), filling.draft)
    return replace(filling, known=known)


async def with_returned(filling: Filling) -> Filling:
    """With what the county says of the application that it answers, if it answers one."""
    if filling.draft is None:
        return filling
    returned = await returned_of(filling.page, filling.draft.content)
    return replace(filling, returned=returned)


async def newly_known(before: Filling) -> Known | None:
    """What is known of a person whose number was typed just now; None: it is as it was."""
    filling = await filling_of(before.page)
    said, was = (one.draft.content.identity if one.draft else "" for one in (filling, before))
    if said == was:
        return None
    page = before.page
    return await page.request.app[DESK].earlier.of(opened_of(page), filling.draft)


async def texts_of(request: web.Request) -> dict[str, str]:
    """Texts by the names of fields, as a form was sent."""
    sent = await request.post()
    return {name: value for name, value in sent.items() if isinstance(value, str)}
