"""The record as a table: words for codes, and nothing that a spreadsheet runs."""

import csv
import io

import pytest

from central.county.console.entries import Found, Row
from central.county.console.record import as_table
from central.pages.composition import TABLE
from runtime.web.language import translations

ROW = Row(
    number=7,
    at_ms=1_790_000_000_000,
    actor="王芳",
    by_page=True,
    action="provision.suspend",
    subject="独山村",
    node="ab" * 8,
    outcome="done",
    detail={"reason": "送修"},
)


def table(row: Row, language: str = "zh") -> list[list[str]]:
    words = translations(language, (TABLE,)).gettext
    text = as_table(Found(rows=[row], older=0), words, chinese=language == "zh")
    return list(csv.reader(io.StringIO(text)))


def test_a_row_says_in_words_who_did_what_to_whom() -> None:
    assert table(ROW)[1] == [
        *("7", "2026-09-21 22:13", "王芳", "网页", "停用", "独山村", "ab" * 8, "完成"),
        "原因：送修",
    ]


def test_in_english_too() -> None:
    assert table(ROW, "en")[1][3:9] == [
        *("page", "Suspend", "独山村", "ab" * 8, "done", "Reason: 送修"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    evil = Row(**{name: getattr(ROW, name) for name in Row.__slots__} | {"subject": f"{start}1+1"})
    assert table(evil)[1][5] == f"'{start}1+1"
