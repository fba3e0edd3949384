"""What stands on a poster finds nobody: no number of a person or a telephone is left in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import pack, unpack
from protocol.errors import MalformedError
from protocol.records.publicity import PosterLine, hidden, hidden_name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("451423199001011230", "4514**********1230"),
        ("45142319900101123X", "4514**********123X"),
        ("451423900101123", "4514*******1123"),
        ("13800000000", "13*******00"),
        ("138 0000 0000", "13*******00"),
        ("0771-8812345", "07*******45"),
        ("8812345", "*******"),
        ("电话13800000000。", "电话13*******00。"),
        ("１３８００００００００", "１３*******００"),
        ("2027-01-31", "2027-01-31"),
        ("12000.00", "12000.00"),
        ("三口人，2 间房，80 平方米", "三口人，2 间房，80 平方米"),
    ],
)
def test_numbers_lose_their_middle_and_days_and_amounts_stay(text: str, shown: str) -> None:
    assert hidden(text) == shown
    assert hidden(shown) == shown


@given(st.text(alphabet="0123456789Xx -/.\u3000年", max_size=40))
def test_what_was_hidden_once_has_nothing_more_to_hide(text: str) -> None:
    assert hidden(hidden(text)) == hidden(text)


def test_of_a_name_only_its_first_character_is_left() -> None:
    assert [hidden_name(one) for one in ("覃", "覃秀", "黄秀英", "")] == ["覃", "覃*", "黄**", ""]


def test_a_line_with_a_number_of_a_person_is_no_line() -> None:
    for label, text in (("身份证号", "451423199001011230"), ("电话13800000000", "x")):
        with pytest.raises(MalformedError):
            unpack(pack({"label": label, "text": text}), PosterLine)
