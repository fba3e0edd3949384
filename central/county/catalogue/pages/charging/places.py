"""Where on the page of a fee rule a finding of its item stands."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from central.county.catalogue.pages.editing.controls import field_of
from protocol.catalogue.findings import Finding, Level

_RULES = "fee_rules"
_PAGE = "rule.effective_from"  # of what concerns the rules together: on which days they hold
_PLAIN = {
    **{key: f"rule.{key}" for key in ("basis", "collector", "effective_from", "effective_to")},
    **{key: f"bounds.{key}" for key in ("floor", "cap", "rounding")},
}
_PART = re.compile(r"form\.parts\.([0-9]+)\.(name|form)\.?([a-z_]*)")
_FORM = re.compile(r"form\.?([a-z_]*)")
_ROW = re.compile(r"(relief|examples)\.([0-9]+)\.?([a-z]*)")
_MISSING = re.compile("缺少“([a-z_]+)”")
_CONTROLS = {"when": "fact", "facts": "facts", "parts": "kind", "": "kind"}


def on_the_page(
    found: Sequence[Finding], rule: int, elsewhere: Callable[[str], str], *, zoned: bool
) -> Iterator[Finding]:
    """The findings of one rule, each by its control; and what else is an error.

    Args:
        rule: which of the item's rules it is, from 0.
        elsewhere: says a place of the item that this page does not show, with dots, in words.
        zoned: the rule's form is multiplied by a factor for each zone.
    """
    lead = f"{_RULES}.{rule}."
    for each in found:
        one = _missing(each) if f"{field_of(each)}.".startswith(lead) else each
        place = field_of(one)
        if place.startswith(lead):
            yield replace(one, place=_place(place.removeprefix(lead), zoned=zoned))
        elif place == _RULES:
            yield replace(one, place=_PAGE)
        elif one.level is Level.ERROR:
            yield replace(one, item="", place=elsewhere(place))


def _missing(finding: Finding) -> Finding:
    """A key that is not there stands at the control that is empty."""
    key = _MISSING.fullmatch(finding.reason)
    if key is None:
        return finding
    return replace(finding, code="item.missing", place=f"{finding.place}.{key[1]}")


def _place(place: str, *, zoned: bool) -> str:
    if place in _PLAIN:
        return _PLAIN[place]
    if row := _ROW.match(place):
        return f"{row[1]}.{row[2]}.{_CONTROLS.get(row[3], row[3])}".removesuffix(".kind")
    if zoned and place.startswith(("form.by", "form.factors")):
        return "zone.by" if place.startswith("form.by") else "zone.factors"
    place = place.replace("form.of.", "form.", 1) if zoned else place
    if part := _PART.match(place):
        control = "name" if part[2] == "name" else _CONTROLS.get(part[3], part[3])
        return f"parts.{part[1]}.{control}"
    form = _FORM.match(place)
    return f"how.{_CONTROLS.get(form[1], form[1])}" if form else place
