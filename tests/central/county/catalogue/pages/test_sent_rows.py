"""What a browser sends of lists and choices: less than the page had, or in another order."""

from typing import Any

import pytest
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
    raw = full_item()
    sent = MultiDict({"flow.@count": "1", "flow.0.name": "改名"})
    assert flow(entered(raw, sent).raw) == ["改名", *flow(raw)[1:]]


def test_a_list_that_was_checked_in_another_order_keeps_each_row_with_its_own_id() -> None:
    raw, sent = full_item(), typed(full_item())
    sent["flow.0.@drop"], sent["flow.1.@order"] = "1", "9"
    checked = entered(raw, sent)
    assert [one["id"] for one in checked.raw["flow"]] == ["c", "d", "e", "f", "g", "b"]
    saved = entered(raw, typed(checked.raw, was=checked.was))  # the page was shown, and is sent
    assert saved.raw["flow"] == checked.raw["flow"]


def test_many_rows_that_were_dropped_do_not_come_back_with_the_next_sending() -> None:
    raw, sent = full_item(), typed(full_item())
    for at in range(5):
        sent[f"flow.{at}.@drop"] = "1"
    checked = entered(raw, sent)
    saved = entered(raw, typed(checked.raw, was=checked.was))
    assert saved.raw["flow"] == raw["flow"][5:] == checked.raw["flow"]


@pytest.mark.parametrize(
    ("button", "wanted", "moved"),
    [
        ("up:flow.2", "acbdefg", "flow.1"),
        ("down:flow.0", "bacdefg", "flow.1"),
        ("up:flow.0", "abcdefg", ""),
        ("down:flow.6", "abcdefg", ""),
        ("up:flow.99", "abcdefg", ""),
        ("up:flow.x", "abcdefg", ""),
        ("up:questions.1", "abcdefg", "questions.0"),
        ("save", "abcdefg", ""),
    ],
)
def test_a_button_moves_one_row_by_one(button: str, wanted: str, moved: str) -> None:
    raw, sent = full_item(), typed(full_item())
    sent["do"] = button
    found = entered(raw, sent)
    assert ("".join(one["id"] for one in found.raw["flow"]), found.moved) == (wanted, moved)


def test_the_order_in_which_choices_are_sent_changes_nothing() -> None:
    raw, sent = full_item() | {"served": ["personal", "legal"]}, MultiDict[str]()
    for one in ("legal", "personal"):
        sent.add("served", one)
    before = entered(raw, MultiDict([("served", "personal"), ("served", "legal")])).raw["served"]
    assert entered(raw, sent).raw["served"] == before == ["personal", "legal"]
