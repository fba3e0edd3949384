"""What stands in the JSON column of a row keeps no table from being read, and is not lost."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from central.county.catalogue.exchange.grids import Grid
from central.county.catalogue.exchange.reading import read_grids
from central.county.catalogue.exchange.sheets import SHEETS, heads_of
from protocol.catalogue.findings import Finding
from tests.central.county.catalogue.exchange.conftest import Sheets, sheets_of

_HEADS = {sheet.name: heads_of(sheet) for sheet in SHEETS}
_REST, _ITEM = "其他（JSON）", "451423-001"
_ODD = ("5", "[]", "{}", '"x"', "null", "[1]", "[{}]", '{"a": 1}', "true")


@cache
def _good() -> Sheets:
    return sheets_of()


def with_rows(sheet: str, *rows: dict[str, Any]) -> Sheets:
    """A good table and these rows."""
    sheets = {name: list(rows) for name, rows in _good().items()}
    sheets.setdefault(sheet, [list(_HEADS[sheet])])
    sheets[sheet] += [[row.get(head, "") for head in sheets[sheet][0]] for row in rows]
    return sheets


def faults_of(sheets: Sheets) -> list[Finding]:
    tables = read_grids([Grid(name, rows) for name, rows in sheets.items()])
    return list(tables.findings)


def _row(sheet: str, **cells: str) -> tuple[str, dict[str, str]]:
    return sheet, cells


ROWS = [
    _row("事项", 编号="451423-002", 名称="另一项"),
    _row("材料", 事项编号=_ITEM, 编号="m", 名称="一"),
    _row("材料", 事项编号=_ITEM, 编号="m", 名称="一", 组编号="g"),
    _row("材料库", 编号="lib", 名称="一"),
    _row("材料常见问题", 材料库编号="id-card", 编号="q"),
    _row("乡镇", 区划代码="451423103", 地点="一"),
    _row("圩日", 区划代码="451423103"),
    _row("目录", 项目="k"),
    _row("表单", 事项编号=_ITEM),
    _row("栏目", 事项编号=_ITEM, 编号="q", 类型="string"),
    _row("条件", 事项编号=_ITEM),
    _row("收费", 事项编号=_ITEM),
]


@pytest.mark.parametrize(("sheet", "row"), ROWS)
@pytest.mark.parametrize("head", [_REST, "整组其他（JSON）"])
def test_whatever_stands_there_the_table_is_read_or_refused(
    sheet: str, row: dict[str, str], head: str
) -> None:
    keys = ("@id", "@group", "@rest", "@required", "one_of", "faults", "items", "rule", "text")
    for key in (*keys, "properties", "required", "schema", "materials", "group", "value"):
        for odd in _ODD:
            more = {"材料": {**row, "编号": "n", _REST: ""}, "乡镇": {**row, "事项编号": _ITEM}}
            after = {**row, head: f'{{"{key}": {odd}}}'}
            rows = [after, more[sheet]] if sheet in more else [after]
            faults_of(with_rows(sheet, *rows))


@pytest.mark.parametrize(
    ("sheet", "rows", "cell"),
    [
        (
            "材料",
            [{"事项编号": _ITEM, "编号": "m", "组编号": "g", _REST: '{"@group": {"one_of": 5}}'}],
            _REST,
        ),
        (
            "材料",
            [{"事项编号": _ITEM, "编号": "m", "组编号": "g", "整组其他（JSON）": "[1]"}],
            "整组其他（JSON）",
        ),
        ("圩日", [{"区划代码": "451423103", _REST: '{"a": 1}'}], _REST),
        ("目录", [{"项目": "k", "内容（JSON）": "1", _REST: '{"a": 1}'}], _REST),
        ("条件", [{"事项编号": _ITEM, "条件": "一", _REST: '{"a": 1}'}], _REST),
    ],
)
def test_what_has_no_place_is_refused_by_its_cell(
    sheet: str, rows: list[dict[str, str]], cell: str
) -> None:
    (found,) = faults_of(with_rows(sheet, *rows))
    column = _HEADS[sheet].index(cell)
    letter = f"{'A' if column >= 26 else ''}{chr(ord('A') + column % 26)}"
    assert found.place.startswith(f"{sheet}!{letter}")


def _set(sheets: Sheets, sheet: str, head: str, value: str) -> Sheets:
    sheets[sheet][1][sheets[sheet][0].index(head)] = value
    return sheets


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        (lambda: _set(sheets_of(), "表单", _REST, '{"properties": {}}'), "也写了 properties"),
        (lambda: _set(sheets_of(), "事项", _REST, '{"schema": {}}'), "也写了 schema"),
        (
            lambda: with_rows("目录", {"项目": "materials", "内容（JSON）": "{}"}),
            "也写了 materials",
        ),
        (
            lambda: with_rows(
                "乡镇",
                {"区划代码": "451423103", "地点": "一"},
                {"区划代码": "451423103", "地点": "二"},
            ),
            "写了两行",
        ),
        (
            lambda: with_rows(
                "乡镇",
                {"区划代码": "451423103", "事项编号": _ITEM, "地点": "一"},
                {"区划代码": "451423103", "事项编号": _ITEM, "地点": "二"},
            ),
            "写了两行",
        ),
        (lambda: with_rows("圩日", {"区划代码": "451423103"}), "缺少规则"),
    ],
)
def test_what_is_said_twice_or_not_is_refused(sheets: Callable[[], Sheets], words: str) -> None:
    (found,) = faults_of(sheets())
    assert words in found.reason
    assert "!" in found.place


def test_two_rows_of_different_items_of_one_place_are_read() -> None:
    one = {"区划代码": "451423103", "地点": "一"}
    sheets = with_rows("乡镇", one, {**one, "事项编号": _ITEM, "地点": "二"})
    tables = read_grids([Grid(name, rows) for name, rows in sheets.items()])
    assert not list(tables.findings)
    assert tables.document["local"] == {
        "451423103": {"place": "一", "items": {_ITEM: {"place": "二"}}}
    }


def test_how_a_township_signs_stands_in_its_row() -> None:
    sheets = with_rows(
        "乡镇", {"区划代码": "451423103", "政府全称": "一镇人民政府", "政府简称": "一镇政"}
    )
    tables = read_grids([Grid(name, rows) for name, rows in sheets.items()])
    assert not list(tables.findings)
    signs = {"name": "一镇人民政府", "short": "一镇政"}
    assert tables.document["local"] == {"451423103": {"government": signs}}
