"""Papers of the library: who follows them, how they are found, and what is wrong with them."""

import json
from typing import Any

import pytest

from central.county.catalogue.pages.editing.checking import Checking
from central.county.catalogue.pages.editing.entry import entered
from central.county.catalogue.pages.library.followers import followers, use_counts
from central.county.catalogue.pages.library.inputs import PAPER_PARTS
from central.county.catalogue.pages.library.shelf import PAGE_ROWS, papers_of
from central.county.catalogue.rules import Entries
from protocol.catalogue.findings import Finding
from tests.builders.catalogue.full_item import CODE, LIBRARY, full_item
from tests.central.county.catalogue.pages.test_editing import typed


def entries(**library: Any) -> dict[str, bytes]:
    item = full_item()
    item["materials"][0] |= {"copies": 3, "at_once": False}
    every = {CODE: item, **{f"@m.{one}": raw for one, raw in {**LIBRARY, **library}.items()}}
    return {name: json.dumps(one, ensure_ascii=False).encode() for name, one in every.items()}


def test_whoever_refers_to_a_paper_follows_it_alone_or_in_a_group() -> None:
    (own,) = followers(entries(), "id-card")
    assert (own.code, own.group, own.must, own.own) == (CODE, "", True, ("copies",))
    (member,) = followers(entries(), "bank-card")
    assert (member.group, member.must, member.own) == ("领取待遇的账户", False, ())
    assert followers(entries(), "card") == []
    assert use_counts(entries())["id-card"] == 1


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ("", ["bank-card", "id-card", "social-card", "loose"]),  # unused ones come last
        ("卡号", ["bank-card"]),  # of the hint
        ("过 有效期", ["id-card"]),  # of a usual fault
        ("BANK", ["bank-card"]),
        ("没有", []),
    ],
)
def test_papers_are_found_by_whatever_is_said_of_them(wanted: str, ids: list[str]) -> None:
    found = papers_of(entries(loose={"name": "散页"}), wanted, 1)
    assert [row.id for row in found.rows] == ids
    assert (found.count, found.every) == (len(ids), 4)


def test_a_long_library_has_pages() -> None:
    many = {f"p{n:03}": {"name": f"材料{n}"} for n in range(PAGE_ROWS)}
    found = papers_of(entries(**many), "材料", 2)
    assert (found.pages, found.page, len(found.rows)) == (1, 1, PAGE_ROWS)
    found = papers_of(entries(**many, more={"name": "材料"}), "材料", 9)
    assert (found.pages, found.page, len(found.rows)) == (2, 2, 1)


async def checked(raw: dict[str, Any], material: str = "id-card") -> list[Finding]:
    async def look(_: Entries) -> list[Finding]:
        return []

    return await Checking(look).check_paper(material, raw, entries())


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({}, "name"),
        ({"name": "证", "copies": 11}, "copies"),
        ({"name": "证", "later": {"limit": "3d"}}, "later.promise"),
        ({"name": "证", "faults": [{"code": "a", "say": "x"}, {"code": "a", "say": "y"}]},
         "faults[1].code"),
    ],
)  # fmt: skip
async def test_a_fault_of_a_paper_is_told_once_by_its_place(raw: Any, place: str) -> None:
    assert [one.place for one in await checked(raw)] == [place]


async def test_a_good_paper_has_nothing_to_say_and_a_new_one_neither() -> None:
    assert await checked(LIBRARY["id-card"]) == []
    assert await checked({"name": "新"}, "new") == []
    assert [one.place for one in await checked({"name": "新"}, "不行")] == [""]


@pytest.mark.parametrize("raw", [LIBRARY["id-card"], {"name": "证"}, {"name": "证", "faults": []}])
def test_a_paper_that_is_sent_as_it_came_is_as_it_was(raw: dict[str, Any]) -> None:
    assert entered(raw, typed(raw, PAPER_PARTS), PAPER_PARTS).raw == raw


def test_a_fault_that_is_added_gets_a_code_of_its_own() -> None:
    raw = LIBRARY["id-card"]
    sent = typed(raw, PAPER_PARTS)
    sent["faults.2.say"], sent["faults.0.@drop"] = "不是本人的", "1"
    faults = entered(raw, sent, PAPER_PARTS).raw["faults"]
    assert faults == [raw["faults"][1], {"say": "不是本人的", "code": "f1"}]
