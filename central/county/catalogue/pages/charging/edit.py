"""The page on which one fee rule of an item is edited; it becomes a draft."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.asking.edit import item_to_edit
from central.county.catalogue.pages.charging.names import FactNames
from central.county.catalogue.pages.charging.parts import parts_of
from central.county.catalogue.pages.charging.places import on_the_page
from central.county.catalogue.pages.charging.trying import tried
from central.county.catalogue.pages.charging.whole import replaced, rows_of, rule_of
from central.county.catalogue.pages.editing.controls import Drawing
from central.county.catalogue.pages.editing.entry import Entered, entered
from central.county.catalogue.pages.editing.guided import ended
from central.county.catalogue.pages.editing.placed import place_words
from central.county.catalogue.pages.editing.proposing import Attempt, answered, is_bad, item_put
from central.county.catalogue.pages.editing.results import Results
from central.county.catalogue.pages.editing.seen import seen_of, unseen
from central.county.catalogue.pages.item import CODE
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.language import words_language
from central.county.catalogue.pages.reading import ItemFound
from central.county.catalogue.pages.values import listed, mapping, text
from central.county.catalogue.pages.views.papers import paper_names
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding
from protocol.errors import PageMissingError, YizhanError
from runtime.web.page import Page, is_fragment

routes = web.RouteTableDef()
_PATH = f"/catalogue/items/{CODE}/charges/{{charge:new|[1-9][0-9]?}}"
_DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the page shows."""

    found: ItemFound
    number: int  # of the item's rules, from 1; 0: a new one
    rule: Document
    names: FactNames
    entered: Entered = field(default_factory=lambda: Entered(raw={}))
    findings: Sequence[Finding] = ()
    checked: bool = False
    error: YizhanError | None = None

    @property
    def before(self) -> Document:
        """The rule as it was before anybody typed; empty for a new one."""
        rules = listed(self.found.raw, "fee_rules")
        return mapping({"rule": rules[self.number - 1]}, "rule") if self.number else {}


@routes.get(_PATH)
async def shown(request: web.Request) -> web.Response:
    """A rule of the newest release, or of a draft; or an empty one."""
    page = Page(request).needs(Right.AUTHOR)
    state = await _state(page)
    return _show(page, state)


@routes.post(_PATH)
async def sent(request: web.Request) -> web.Response:
    """Check what was typed, try the sheet, save the rule as a draft, or take it out."""
    page = Page(request).needs(Right.AUTHOR)
    state, typed = await _state(page), await request.post()
    found, before = state.found, state.before
    dropped = typed.get("do") == _DROP and bool(state.number)
    papers = parts_of(paper_names(found.raw, found.entries))
    made = entered(rows_of(before, state.names), typed, papers)
    rule = rule_of(made.raw, before, state.names)
    rules = _rules(found, state.number, None if dropped else rule)
    raw = _with_rules(found.raw, rules)
    checked = await request.app[CATALOGUE].checking.check(raw, found.entries)
    own = on_the_page(
        checked,
        (state.number or len(rules)) - 1,
        place_words(raw, words_language(page)),
        zoned=bool(mapping(made.raw, "zone")),
    )
    attempt = Attempt(
        source=found,
        findings=[*unseen(typed, found.raw, found, found.code), *made.faults, *own],
        change=item_put(raw),
        show=lambda told, error: _show(
            page,
            _State(
                found=found,
                number=state.number,
                rule=rule,
                names=state.names,
                entered=made,
                findings=told,
                checked=True,
                error=error,
            ),
            typed={key: str(one) for key, one in typed.items()},
            evidence=[str(one) for one in typed.getall("evidence", [])],
        ),
        to=lambda number: f"/catalogue/items/{found.code}?draft={number}&saved=1#fees",
        do=_DROP if dropped else "save",
    )
    return await answered(page, attempt)


def _rules(found: ItemFound, number: int, rule: Document | None) -> list[Any]:
    """The item's rules with this one; before a new one those without an end get one."""
    rules = listed(found.raw, "fee_rules")
    if not number and rule is not None:
        rules = [ended(one, rule.get("effective_from")) for one in rules]
    return replaced(rules, number, rule)


def _with_rules(raw: Document, rules: list[Any]) -> dict[str, Any]:
    made = {**raw, "fee_rules": rules}
    return made if rules else {key: one for key, one in made.items() if key != "fee_rules"}


async def _state(page: Page) -> _State:
    found, which = await item_to_edit(page), page.request.match_info["charge"]
    number = 0 if which == "new" else int(which)
    if number > len(listed(found.raw, "fee_rules")):
        raise PageMissingError(page.request.path)
    fields = mapping(mapping(found.raw, "schema"), "properties")
    names = FactNames(
        {key: text(mapping(fields, key), "title") or key for key in fields},
        frozenset(key for key in fields if mapping(fields, key).get("type") == "string"),
    )
    state = _State(found=found, number=number, rule={}, names=names)
    return _State(found=found, number=number, rule=state.before, names=names)


def _show(
    page: Page, state: _State, typed: dict[str, str] | None = None, evidence: Sequence[str] = ()
) -> web.Response:
    part = is_fragment(page.request)
    return page.show(
        "catalogue/findings.html" if part else "catalogue/charge_edit.html",
        status=400 if is_bad(state.findings, state.error) and not part else 200,
        results=Results.of(state.findings, _drawing(page, state).blocks(), checked=state.checked),
        live=part,
        found=state.found,
        number=state.number,
        name=text(state.found.raw, "name"),
        draft=state.found.draft,
        error=state.error,
        seen=seen_of(state.found.raw),
        preview="catalogue/charge_tried.html",
        **tried(page, state.rule, state.names, typed or {}, evidence),
        papers=paper_names(state.found.raw, state.found.entries),
    )


def _drawing(page: Page, state: _State) -> Drawing:
    return Drawing(
        raw=rows_of(state.rule, state.names) | _unread(state),
        before=rows_of(state.before, state.names),
        unread=state.entered.unread,
        findings=state.findings,
        words=page.site.templates.words[page.language].gettext,
        parts=parts_of(paper_names(state.found.raw, state.found.entries)),
        was=state.entered.was,
        moved=state.entered.moved,
    )


def _unread(state: _State) -> dict[str, Any]:
    """What was typed of a form that is none: its controls say it as it was typed."""
    keys = ("how", "parts", "zone")
    return {key: state.entered.raw.get(key) for key in keys} if state.entered.raw else {}
