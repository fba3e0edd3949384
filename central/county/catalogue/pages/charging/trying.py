"""A fee rule that is edited, in words and tried out: nothing of it is kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from central.county.catalogue.pages.charging.names import FactNames
from central.county.catalogue.pages.fee import FACT, facts_typed
from central.county.catalogue.pages.views.prices import Prices, named
from protocol.catalogue.documents import Document
from protocol.catalogue.fees.asking import asked_facts
from protocol.catalogue.fees.kinds import Kind
from protocol.catalogue.fees.rule import FeeRule, read_rules
from protocol.catalogue.fees.sheet import compute_fee
from protocol.catalogue.fees.told import FeeSheet
from protocol.errors import CatalogueError, FeeFactsError
from runtime.web.page import Page


def tried(
    page: Page,
    rule: Document,
    names: FactNames,
    typed: Mapping[str, str],
    evidence: Sequence[str],
) -> dict[str, Any]:
    """What the template tells: the rule in words, what it asks, and the sheet if it was asked."""
    read = _read(rule)
    words = page.site.templates.words[page.language].gettext
    asked = asked_facts(read) if read else ()
    sheet, trouble = None, ""
    if read and (not asked or any(typed.get(f"{FACT}{one.name}") for one in asked)):
        sheet, trouble = _sheet(read, typed, evidence, names)
    prices = Prices(names.titles, words)
    return {
        "rule": read,
        "price": [
            *prices.lines(read.form),
            *prices.bounds(read),
            *map(prices.relief, read.relief),
        ]
        if read
        else [],
        "asked": asked,
        "names": names.titles,
        "typed": typed,
        "given": evidence,
        "kinds": Kind,
        "sheet": sheet,
        "trouble": trouble,
    }


def _read(rule: Document) -> FeeRule | None:
    """The rule without its examples, which may be what is wrong; None for one that is none."""
    try:
        (read,) = read_rules([{key: one for key, one in rule.items() if key != "examples"}], "")
    except CatalogueError:
        return None
    return read


def _sheet(
    rule: FeeRule, typed: Mapping[str, str], evidence: Sequence[str], names: FactNames
) -> tuple[FeeSheet | None, str]:
    facts = facts_typed(rule, typed, list(evidence))
    try:
        return compute_fee((rule,), facts, rule.effective_from), ""
    except FeeFactsError as exc:
        return None, named(exc.detail, names.titles)
