"""What a browser sends of lists and choices: less than the page had, or in another order."""

from typing import Any

from multidict import MultiDict

from central.county.catalogue.pages.editing.entry import entered
from tests.builders.catalogue.full_item import full_item
from tests.central.county.catalogue.pages.test_editing import typed


def flow(raw: dict[str, Any]) -> list[str]:
    return [one["name"] for one in raw["flow"]]


def test_rows_without_a_number_stand_where_they_stood() -> None:
    raw, sent = full_item(), typed(full_item())
    for name in [one for one in sent if one.startswith("flow.") and one.endswith("@order")]:
        sent[name] = ""
    sent["flow.0.@order"] = "2"  # as the second does by its place: whoever came first stays first
    sent["flow.1.name"] = "改名"
    found = entered(raw, sent).raw
    assert flow(found)[:2] == [flow(raw)[0], "改名"]
    assert flow(found)[2:] == flow(raw)[2:]


def test_rows_that_the_page_did_not_show_are_kept() -> None:
    raw, sent = full_item(), typed(full_item())
    sent["flow.@count"], sent["flow.0.name"] = "1", "改名"
    assert flow(entered(raw, sent).raw) == ["改名", *flow(raw)[1:]]


def test_the_order_in_which_choices_are_sent_changes_nothing() -> None:
    raw, sent = full_item() | {"served": ["personal", "legal"]}, MultiDict[str]()
    for one in ("legal", "personal"):
        sent.add("served", one)
    before = entered(raw, MultiDict([("served", "personal"), ("served", "legal")])).raw["served"]
    assert entered(raw, sent).raw["served"] == before == ["personal", "legal"]
