"""A fee tried out: the facts of the rule as fields of a form, and the sheet with every step."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web

from central.accounts.roles import Right
from central.county.catalogue.pages.item import CODE, draft_of
from central.county.catalogue.pages.keys import CATALOGUE
from central.county.catalogue.pages.values import listed, mapping, text
from central.county.catalogue.pages.views.form_fields import titles_of
from central.county.catalogue.pages.views.papers import paper_names
from central.county.catalogue.pages.views.prices import Names, Prices, named, rules_of
from protocol.catalogue.calendars.dates import read_date
from protocol.catalogue.fees.asking import asked_facts
from protocol.catalogue.fees.kinds import Kind
from protocol.catalogue.fees.of_item import item_fee
from protocol.catalogue.fees.rule import FeeRule
from protocol.errors import FeeFactsError, FeeUnknownError, UsageError, YizhanError
from protocol.text import identifier
from protocol.trust.schedule import local_time
from runtime.web.page import Page

if TYPE_CHECKING:
    from protocol.catalogue.fees.told import ItemFee

routes = web.RouteTableDef()

_NUMBER = re.compile(r"[0-9]{1,13}(\.[0-9]{1,6})?")
_MOST_CHARS = 100
FACT, EVIDENCE = "fact.", "evidence"
"""Names of the fields for facts, and for the materials that prove relief."""


@routes.get(f"/catalogue/items/{CODE}/fee")
async def tried(request: web.Request) -> web.Response:
    """The form, and what the fee comes to for what was filled in."""
    page = Page(request).needs(Right.LOOK)
    code, draft = request.match_info["code"], draft_of(page)
    found = await request.app[CATALOGUE].reading.item(page.actor, code, draft)
    day, error = _day(page)
    rule = next((one for one in rules_of(found.raw.get("fee_rules")) if one.holds_on(day)), None)
    asked = asked_facts(rule) if rule else ()
    names = titles_of(mapping(found.raw, "schema"))
    words = page.site.templates.words[page.language].gettext
    typed = {name: value[:_MOST_CHARS] for name, value in request.query.items()}
    sheet: ItemFee | None = None
    if error is None and (not asked or any(one.startswith(FACT) for one in typed)):
        facts = facts_typed(rule, typed, request.query.getall(EVIDENCE, [])) if rule else {}
        try:
            sheet = item_fee(found.release, found.code, found.entries[found.code], facts, day)
        except FeeUnknownError as exc:
            error = exc
        except FeeFactsError as exc:
            error = FeeFactsError(named(exc.detail, names))
    return page.show(
        "catalogue/fee.html",
        found=found,
        name=text(found.raw, "name"),
        rule=rule,
        price=Prices(names, words).lines(rule.form) if rule else [],
        names=names,
        asked=asked,
        typed=typed,
        day=day.isoformat(),
        given=request.query.getall(EVIDENCE, []),
        papers=paper_names(found.raw, found.entries),
        sheet=sheet,
        error=error,
        examples=_examples(found.code, rule, names, day, draft),
        kinds=Kind,
    )


def _day(page: Page) -> tuple[date, YizhanError | None]:
    today = local_time(page.site.clock.now_ms()).date()
    typed = page.request.query.get("on", "").strip()[:_MOST_CHARS]
    try:
        return (read_date(typed) if typed else today), None
    except ValueError as exc:
        return today, UsageError(str(exc))


def facts_typed(rule: FeeRule, typed: Mapping[str, str], evidence: list[str]) -> dict[str, Any]:
    """What was filled in, each as its kind; what was left empty is missing."""
    facts: dict[str, Any] = {EVIDENCE: evidence[:50]}
    for one in asked_facts(rule):
        value = typed.get(f"{FACT}{one.name}", "").strip()
        if one.kind is Kind.TRUTH:
            facts[one.name] = value == "yes"
        elif value:
            facts[one.name] = _as_number(value) if one.kind is Kind.NUMBER else value
    return facts


def _as_number(value: str) -> int | float | str:
    plain = identifier(value)
    if not _NUMBER.fullmatch(plain):
        return value  # refused as what it is, by the name of its field
    return float(plain) if "." in plain else int(plain)


def _examples(
    code: str, rule: FeeRule | None, names: Names, day: date, draft: int
) -> list[tuple[str, str, str]]:
    """The rule's worked examples: facts in words, address that fills them in, total."""
    found = []
    for one in rule.examples if rule else ():
        facts = {key: value for key, value in one.facts.items() if key != EVIDENCE}
        evidence = listed(one.facts, EVIDENCE)
        query = [(f"{FACT}{key}", _typed(value)) for key, value in facts.items()]
        query += [(EVIDENCE, str(name)) for name in evidence]
        words = "，".join(f"{names.get(key, key)} {_typed(value)}" for key, value in facts.items())
        query += [("on", day.isoformat()), *([("draft", str(draft))] if draft else [])]
        address = f"/catalogue/items/{code}/fee?{urlencode(query)}"
        found.append((words, address, f"{one.total:.2f}"))
    return found


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
