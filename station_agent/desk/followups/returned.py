"""What the county said of the application that a draft corrects, at each field and page.

Nothing that the county says is lost: a field that the item's form has no more is told on top.

Source: docs/operations.md, "After handing in".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from protocol.catalogue.forms.faults import RETURNED, FormFault, anchor
from protocol.catalogue.forms.schema import FormSchema
from protocol.catalogue.forms.walk import has, path_of
from protocol.catalogue.forms.words import named
from protocol.ids import ApplicationId
from protocol.records.corrections import FieldFault
from runtime.web.page import Page
from station_agent.desk.keys import DESK, opened_of
from station_agent.drafts.content import DraftContent
from station_agent.drafts.moving import Change, changes
from station_agent.papers.earlier import EarlierPages
from station_agent.papers.pages import PageShown
from station_agent.status.calls import ResultShown


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSaid:
    """What the county says of one field: old beside new."""

    title: str
    words: str
    before: str  # as it was handed in
    now: str
    anchor: str  # of the field on its page; empty: the form has it no more

    @property
    def is_changed(self) -> bool:
        """Whether something else stands there now."""
        return bool(self.anchor) and self.before != self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """An application that the county has returned, or could not take."""

    application: ApplicationId
    result: ResultShown
    texts: Mapping[str, str]  # as they were handed in; empty: nothing is kept of that here
    pages: Sequence[PageShown]  # that are still here

    @property
    def faults(self) -> Sequence[FieldFault]:
        """What is to be corrected where."""
        return self.result.faults or ()

    def at_fields(self, schema: FormSchema) -> list[FormFault]:
        """The same as faults of the form, for those of its fields."""
        return [
            FormFault(
                code=RETURNED,
                path=path,
                label="",
                words=self._words(one),
                title=named(schema.meant, path),
                short=self._words(one),
            )
            for one in self.faults
            if one.field and has(schema.meant, path := path_of(one.field))
        ]

    def fields(self, schema: FormSchema, texts: Mapping[str, str]) -> list[FieldSaid]:
        """Of each field that the county names, old beside new."""
        return [self._field(schema, texts, one) for one in self.faults if one.field]

    def of_material(self, material: str) -> list[FieldFault]:
        """What the county says of a material, its pages too."""
        return [one for one in self.faults if one.material == material]

    def of_page(self, material: str, number: int) -> list[FieldFault]:
        """What it says of one page."""
        return [one for one in self.of_material(material) if one.page == number]

    def changes(self, schema: FormSchema, texts: Mapping[str, str]) -> Sequence[Change]:
        """Every field that says something else now."""
        return changes(schema, self.texts, texts) if self.texts else []

    def _field(self, schema: FormSchema, texts: Mapping[str, str], one: FieldFault) -> FieldSaid:
        path = path_of(one.field)
        known = has(schema.meant, path)
        return FieldSaid(
            title=named(schema.meant, path) if known else one.field,
            words=one.words,
            before=self.texts.get(one.field, ""),
            now=texts.get(one.field, ""),
            anchor=anchor(path) if known else "",
        )

    def _words(self, one: FieldFault) -> str:
        before = self.texts.get(one.field, "")
        return f"县里说：{one.words}" + (f"（退回的那件填的是“{before}”）" if before else "")


async def returned_of(page: Page, content: DraftContent) -> Returned | None:
    """What a draft answers; None: it answers nothing."""
    if not content.earlier:
        return None
    desk, opened, earlier = page.request.app[DESK], opened_of(page), ApplicationId(content.earlier)
    shown = await desk.results.told(opened, earlier)
    return Returned(
        application=earlier,
        result=shown.result or ResultShown(),
        texts=await desk.following.texts_of(opened, earlier),
        pages=await EarlierPages(desk.papers()).pages(opened.vault, earlier),
    )
