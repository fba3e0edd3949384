"""The flow drawn: boxes that do not touch, arrows between them, texts that fit."""

from typing import Any

import pytest

from central.county.catalogue.pages.views.drawing import drawing_of, wrapped
from tests.builders.catalogue.full_item import full_item


def plain(text: str) -> str:
    return text


def test_boxes_stand_below_each_other_with_an_arrow_between_any_two() -> None:
    drawing = drawing_of(full_item(), plain)
    assert [box.number for box in drawing.boxes] == [1, 2, 3, 4, 5, 6, 7]
    for (start, end), above, below in zip(
        drawing.arrows, drawing.boxes, drawing.boxes[1:], strict=False
    ):
        assert (start, end) == (above.y + above.height, below.y)
        assert start < end
    last = drawing.boxes[-1]
    assert drawing.height > last.y + last.height
    for box in drawing.boxes:
        feet = [y for y, _ in (*box.name, *box.more)]
        assert box.y < min(feet)
        assert max(feet) < box.y + box.height


def test_who_does_it_and_by_when_stand_in_the_box() -> None:
    box = drawing_of(full_item(), plain).boxes[3]
    assert (box.shape, box.kind) == ("assessment", "外部评定")
    assert [line for _, line in box.name] == ["委托机构评估生活自理能力"]
    assert [line for _, line in box.more] == ["县人民医院 · 10个工作日"]


@pytest.mark.parametrize(
    "flow", [None, [], "no list", [1, "x"], [{"id": "a"}], [{"kind": 7, "name": ["x"]}]]
)
def test_a_flow_that_nobody_checked_is_drawn_as_far_as_it_can_be(flow: Any) -> None:
    boxes = drawing_of(full_item(flow=flow), plain).boxes
    assert all(box.shape == "other" for box in boxes)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("", []),
        ("四个汉字", ["四个汉字"]),
        ("五个汉字呀", ["五个汉字", "呀"]),
        ("abcdefg", ["abcdefg"]),  # half as wide
        ("一二三四五六七八", ["一二三四", "五六七八"]),
        ("一二三四五六七八九", ["一二三四", "五六七…"]),
        ("五个 days", ["五个", "days"]),  # a word that fits on a line is not torn
        ("abcdefghi", ["abcdefg", "hi"]),
    ],
)
def test_text_is_wrapped_by_its_width_and_cut_with_a_sign(said: str, lines: list[str]) -> None:
    assert wrapped(said, 4, 2) == lines
