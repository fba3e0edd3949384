"""What is said of how an application was taken in, against its item and its files."""

from typing import Any

import pytest

from protocol.catalogue.items.application import check_application
from protocol.catalogue.items.entries import check_catalogue
from protocol.catalogue.items.model import Item
from protocol.catalogue.items.release import read_item
from protocol.errors import FormInvalidError, MaterialMissingError, MaterialUnknownError
from protocol.errors.clerk import TakenInError
from protocol.records.taken_in import Mode, Owed, Page, Side, Signature, SignedHow, TakenIn
from tests.protocol.catalogue.items.catalogues import file_of, make_item

FORM = {"name": "样福丽", "reason": "首次"}
LATER = {"limit": "5wd", "promise": "补交。"}


@pytest.fixture
def item() -> Item:
    """Two papers have to come; of them "b" may follow later."""
    papers = [
        {"id": "a", "name": "甲证", "attach": "required"},
        {"id": "b", "name": "乙证", "attach": "required", "later": LATER},
    ]
    checked = check_catalogue(file_of(make_item(materials=papers)))
    assert checked.errors == ()
    return read_item(checked.entries, "451423-001")


def owes(*materials: str) -> tuple[Owed, ...]:
    return tuple(Owed(material=one, until="2026-10-31") for one in materials)


@pytest.mark.parametrize(
    "taken",
    [
        None,
        TakenIn(),
        TakenIn(clerk="甲", checker="乙"),
        TakenIn(mode=Mode.ASSIST, elsewhere="GX-7"),
        TakenIn(pages=(Page(attachment=1), Page(attachment=0, page=2, side=Side.BACK))),
        TakenIn(owed=owes("a", "b")),
        TakenIn(mode=Mode.DIRECT, done="已发放"),
        TakenIn(signed=Signature(how=SignedHow.INK, material="a"), doubtful=("q1",)),
        TakenIn(clerk="甲", signed=Signature(how=SignedHow.PRINT, witness="乙")),
        TakenIn(signed=Signature(how=SignedHow.UNSIGNED)),
    ],
)
def test_what_fits_is_taken(item: Item, taken: TakenIn | None) -> None:
    check_application(item, FORM, ["a", "b"], taken)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"clerk": "甲", "checker": "甲"}, "复核人和受理人不能是同一个人"),
        ({"checker": "甲"}, "有复核人，没有受理人"),
        ({"elsewhere": "GX-7"}, "只有协办才写其他系统的编号"),
        ({"mode": Mode.AGENT, "elsewhere": "GX-7"}, "只有协办才写其他系统的编号"),
        ({"done": "已发放"}, "只有直办才写村里办的结果"),
        ({"signed": Signature(how=SignedHow.PRINT)}, "捺印的要写见证人"),
        (
            {"signed": Signature(how=SignedHow.UNSIGNED, witness="乙")},
            "没有签字的不写见证人和照片",
        ),
        (
            {"clerk": "甲", "signed": Signature(how=SignedHow.INK, witness="甲")},
            "见证人不能是受理人本人",
        ),
        ({"signed": Signature(how=SignedHow.INK, material="c")}, "签字的照片 c 没有附上"),
        ({"owed": owes("c")}, "后补的材料 c 不是该事项的材料"),
        ({"owed": owes("乙证")}, "后补的材料 乙证 不是该事项的材料"),
        ({"owed": owes("b.later")}, "后补的材料 b.later 不是该事项的材料"),
        ({"owed": owes("a", "a")}, "同一种材料写了两次后补"),
        ({"pages": (Page(attachment=2),)}, "页次指向没有的附件"),
        ({"pages": (Page(attachment=0), Page(attachment=0, page=2))}, "同一个附件写了两个页次"),
        (
            {"checker": "甲", "elsewhere": "GX-7"},
            "有复核人，没有受理人；只有协办才写其他系统的编号",
        ),
    ],
)
def test_what_does_not_fit_is_named(item: Item, said: dict[str, Any], words: str) -> None:
    with pytest.raises(TakenInError) as caught:
        check_application(item, FORM, ["a", "b"], TakenIn(**said))
    assert caught.value.detail == words


def test_two_files_are_never_the_same_side_of_one_page(item: Item) -> None:
    front, back = Page(attachment=0, side=Side.FRONT), Page(attachment=1, side=Side.BACK)
    check_application(item, FORM, ["a", "a", "b"], TakenIn(pages=(front, back)))
    twice = Page(attachment=1, side=Side.FRONT)
    with pytest.raises(TakenInError, match="同一种材料的同一页有两个附件"):
        check_application(item, FORM, ["a", "a", "b"], TakenIn(pages=(front, twice)))
    check_application(item, FORM, ["a", "b"], TakenIn(pages=(front, twice)))  # of two materials


def test_a_paper_that_may_follow_counts_as_come_once_it_is_owed(item: Item) -> None:
    with pytest.raises(MaterialMissingError):
        check_application(item, FORM, ["a"], TakenIn())
    check_application(item, FORM, ["a"], TakenIn(owed=owes("b")))
    with pytest.raises(MaterialMissingError) as caught:  # the item does not let this one follow
        check_application(item, FORM, ["b"], TakenIn(owed=owes("a")))
    assert caught.value.detail == "甲证"


def test_who_insists_hands_in_what_is_missing_and_nothing_that_is_wrong(item: Item) -> None:
    insisted = TakenIn(insisted="样福丽")
    check_application(item, FORM, [], insisted)
    check_application(item, {"name": "样福丽"}, [], insisted)
    with pytest.raises(FormInvalidError):
        check_application(item, {"name": "样福丽"}, ["a", "b"], TakenIn())
    with pytest.raises(FormInvalidError):
        check_application(item, FORM | {"name": 7}, [], insisted)
    with pytest.raises(MaterialUnknownError):
        check_application(item, FORM, ["c"], insisted)
    with pytest.raises(TakenInError):
        check_application(item, FORM, [], TakenIn(insisted="样福丽", checker="甲"))
