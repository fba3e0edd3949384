"""A finding about a fee rule stands at the control that mends it."""

import pytest

from central.county.catalogue.pages.charging.places import on_the_page
from protocol.catalogue.findings import Finding, Level


def placed(place: str, reason: str = "", *, zoned: bool = False) -> list[Finding]:
    fault = Finding(code="x", level=Level.ERROR, item="i", place=place, reason=reason, todo="")
    doubt = Finding(code="x", level=Level.HINT, item="i", place="name", reason="", todo="")
    return list(on_the_page([fault, doubt], 1, lambda one: f"<{one}>", zoned=zoned))


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("fee_rules[1].form", "how.kind"),
        ("fee_rules[1].form.amount", "how.amount"),
        ("fee_rules[1].form.amounts.丢失", "how.amounts"),
        ("fee_rules[1].form.tiers[2].upto", "how.tiers"),
        ("fee_rules[1].form.parts", "how.kind"),
        ("fee_rules[1].form.parts[3].name", "parts.3.name"),
        ("fee_rules[1].form.parts[3].form.amounts.x", "parts.3.amounts"),
        ("fee_rules[1].form.parts[3].form", "parts.3.kind"),
        ("fee_rules[1].basis", "rule.basis"),
        ("fee_rules[1].effective_to", "rule.effective_to"),
        ("fee_rules[1].cap", "bounds.cap"),
        ("fee_rules[1].relief[2].when", "relief.2.fact"),
        ("fee_rules[1].relief[2].factor", "relief.2.factor"),
        ("fee_rules[1].relief[2]", "relief.2"),
        ("fee_rules[1].examples[0]", "examples.0"),
        ("fee_rules[1].examples[0].total", "examples.0.total"),
        ("fee_rules", "rule.effective_from"),
        ("fee_rules[0].basis", "<fee_rules.0.basis>"),  # of another rule
        ("fee_rules[10].basis", "<fee_rules.10.basis>"),
        ("materials[0].when", "<materials.0.when>"),
    ],
)
def test_each_place_has_its_control(place: str, wanted: str) -> None:
    (found,) = placed(place)
    assert found.place == wanted


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("fee_rules[1].form.by", "zone.by"),
        ("fee_rules[1].form.factors.城镇", "zone.factors"),
        ("fee_rules[1].form.of.amount", "how.amount"),
        ("fee_rules[1].form.of.parts[0].form.by", "parts.0.by"),
    ],
)
def test_what_a_factor_multiplies_stands_where_it_does_without(place: str, wanted: str) -> None:
    (found,) = placed(place, zoned=True)
    assert found.place == wanted


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("fee_rules[1]", "rule.basis"),
        ("fee_rules[1].relief[0]", "relief.0.basis"),
    ],
)
def test_what_is_missing_stands_at_the_control_that_is_empty(place: str, wanted: str) -> None:
    (found,) = placed(place, "缺少“basis”")
    assert (found.place, found.code) == (wanted, "item.missing")
    (other,) = placed("materials[0]", "缺少“basis”")
    assert (other.place, other.code) == ("<materials.0>", "x")
