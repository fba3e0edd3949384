"""What people and table programs put into cells is read rightly, or refused by cell in words."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from central.county.catalogue.exchange.tables import file_of_tables, read_tables
from protocol.catalogue.findings import Finding, findings_of
from protocol.errors import CatalogueError
from tests.central.county.catalogue.exchange.conftest import (
    Change,
    column,
    excel,
    put,
    sheets_of,
)


def letter_of(number: int) -> str:
    """As a table program calls a column."""
    more, last = divmod(number, 26)
    return ("" if not more else chr(ord("A") + more - 1)) + chr(ord("A") + last)


Faults = Callable[[Change], list[Finding]]


@pytest.mark.parametrize(
    ("sheet", "head", "value", "words"),
    [
        ("事项", "编号", 451423001.0, "前面的 0 可能已经丢失"),
        ("事项", "编号", 4.51423199001011e17, "末尾可能已经丢失"),
        ("事项", "编号", "4.51E+17", "4.51E+17"),
        ("事项", "编号", "1.0", "1.0"),
        ("事项", "编号", date(2026, 2, 1), "日期 2026-02-01"),
        ("事项", "编号", "", "缺少事项编号"),
        ("事项", "实施编码", 11450721.0, "前面的 0"),
        ("事项", "咨询电话", 7718812345.0, "前面的 0"),
        ("事项", "名称", date(2026, 2, 1), "应是文字"),
        ("事项", "名称", 1.5, "应是文字"),
        ("事项", "名称", 10**15, "应是文字"),
        ("事项", "急办", "也许", "“是”或“否”"),
        ("事项", "复核日期", "2026-02-30", "应是日期"),
        ("事项", "承诺时限", "很快", "时限写作"),
        ("事项", "事项类型", "自治事项", "自治事项"),
        ("事项", "其他（JSON）", "[1]", "应是一组栏目"),
        ("事项", "其他（JSON）", '{"a": 1，}', "JSON 写法不对"),
        ("材料", "事项编号", "451423-002", "没有 451423-002"),
        ("材料", "事项编号", "", "缺少事项编号"),
        ("材料", "材料库编号", "passport", "材料库里没有"),
        ("材料", "上传", "随便", "随便"),
        ("材料", "原件份数", "两份", "应是整数"),
        ("环节", "种类", "喝茶", "喝茶"),
        ("环节", "时限", 5, "时限写作"),
        ("栏目", "编号", "", "缺少栏目编号"),
        ("收费", "计费方式（JSON）", '{"kind": "fixed"}', "amount"),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_and_cell(
    faults: Faults, sheet: str, head: str, value: Any, words: str
) -> None:
    found = faults(put(sheet, head, value))
    sheets = sheets_of()
    letter = letter_of(column(sheets, sheet, head))
    named = {one.place: one.reason for one in found}
    assert f"{sheet}!{letter}2" in named
    assert words in named[f"{sheet}!{letter}2"]


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN"])
@pytest.mark.parametrize(("sheet", "head"), [("事项", "名称"), ("环节", "时限"), ("收费", "最低")])
def test_a_number_beyond_all_numbers_is_named_too(
    tmp_path: Path, sheet: str, head: str, number: bytes
) -> None:
    sheets = sheets_of()
    put(sheet, head, 77.25)(sheets)
    path = tmp_path / "table.xlsx"
    with (
        zipfile.ZipFile(io.BytesIO(excel(sheets))) as made,
        zipfile.ZipFile(path, "w") as changed,
    ):
        for name in made.namelist():
            changed.writestr(name, made.read(name).replace(b"<v>77.25</v>", b"<v>%b</v>" % number))
    with pytest.raises(CatalogueError) as caught:
        file_of_tables(path)
    assert findings_of(caught.value)


def test_what_is_written_twice_is_named(faults: Faults) -> None:
    (found,) = faults(put("事项", "其他（JSON）", '{"name": "再写一次"}'))
    assert (found.place, found.reason) == ("事项!B2", "“其他（JSON）”里也写了 name")


def test_an_identity_number_that_became_a_number_is_refused(faults: Faults) -> None:
    (found,) = faults(put("样例", "表单（JSON）", '{"name": 4.51E+17}'))
    assert found.place.startswith("样例!")
    assert "姓名" in found.reason


def test_lost_zeros_are_guessed(faults: Faults) -> None:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        for rows in sheets.values():
            for row in rows[1:]:
                row[0] = "007" if row[0] == "451423-001" else row[0]
        sheets["环节"][1][0] = "7"

    (found,) = faults(change)
    assert (found.place, found.reason) == ("环节!A2", "“事项”表里没有 7")
    assert "可能是 007，前面的 0 丢了" in found.todo


@pytest.mark.parametrize(
    ("head", "value", "path", "read"),
    [
        ("编号", "４５１４２３－００１", ("id",), "451423-001"),
        ("名称", " 低保 ", ("name",), "低保"),
        ("名称", 12345, ("name",), "12345"),
        ("名称", 10**15 - 1, ("name",), "999999999999999"),
        ("俗称", "低保\r\n\n 五保 ", ("aliases",), ["低保", "五保"]),
        ("事项类型", "5", ("type",), "05"),
        ("事项类型", 5.0, ("type",), "05"),
        ("事项类型", "行政给付", ("type",), "05"),
        ("事项类型", "05", ("type",), "05"),
        ("行使层级", 6, ("level",), "6"),
        ("行使层级", "村（社区）级", ("level",), "6"),
        ("急办", True, ("urgent",), True),
        ("急办", "否", ("urgent",), False),
        ("复核日期", date(2027, 1, 5), ("owner", "review_by"), "2027-01-05"),
        ("复核日期", "2027/1/5", ("owner", "review_by"), "2027-01-05"),
        ("复核日期", "２０２７年１月５日", ("owner", "review_by"), "2027-01-05"),
        ("承诺时限", "5个工作日", ("limits", "promised"), "5wd"),
        ("承诺时限", "48 小时".replace(" ", ""), ("limits", "promised"), "48h"),
        ("承诺时限", "７天", ("limits", "promised"), "7d"),
        ("起算", "乡镇", ("limits", "starts"), "township"),
        ("起算", "county", ("limits", "starts"), "county"),
        ("服务对象", "自然人\n2", ("served",), ["1", "2"]),
        ("名称", "'=cmd", ("name",), "=cmd"),
    ],
)
def test_what_people_write_is_read_by_its_meaning(
    tmp_path: Path, head: str, value: Any, path: tuple[str, ...], read: Any
) -> None:
    sheets = sheets_of()
    put("事项", head, value)(sheets)
    (tmp_path / "t.xlsx").write_bytes(excel(sheets))
    tables = read_tables(tmp_path / "t.xlsx")
    assert list(tables.findings) == []
    found = tables.document["items"][0]
    for key in path:
        found = found[key]
    assert (type(found), found) == (type(read), read)


def test_whole_numbers_and_codes_of_materials_are_read(tmp_path: Path) -> None:
    sheets = sheets_of()
    put("材料", "原件份数", 1.0)(sheets)
    put("材料", "复印件份数", "２")(sheets)
    put("材料", "上传", "必须上传")(sheets)
    put("收费", "最低", 0.01)(sheets)
    (tmp_path / "t.xlsx").write_bytes(excel(sheets))
    item = read_tables(tmp_path / "t.xlsx").document["items"][0]
    paper = item["materials"][0]
    assert (paper["originals"], paper["copies"], paper["attach"]) == (1, 2, "required")
    assert item["fee_rules"][0]["floor"] == "0.01"


def test_all_faults_come_at_once(faults: Faults) -> None:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        put("事项", "急办", "也许")(sheets)
        put("事项", "承诺时限", "很快")(sheets)
        put("材料", "材料库编号", "passport")(sheets)
        put("环节", "种类", "喝茶", row=3)(sheets)
        put("问答", "答", "")(sheets)

    places = {one.place for one in faults(change)}
    urgent = letter_of(column(sheets_of(), "事项", "急办"))
    assert {f"事项!{urgent}2", "事项!N2", "材料!H2", "环节!C4"} <= places
    assert any(place.startswith("问答!") for place in places)


def test_an_item_that_is_there_twice_is_named(faults: Faults) -> None:
    found = faults(lambda sheets: sheets["事项"].append(list(sheets["事项"][1])))
    assert [(one.place, one.item) for one in found] == [("事项!A3", "451423-001")]


def test_empty_rows_are_passed_over(faults: Faults) -> None:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        for rows in sheets.values():
            rows.insert(1, ["", "  "])
            rows.append([""] * 3)

    assert faults(change) == []


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (lambda s: s.update(Sheet1=[["x"]]), "Sheet1", "没有这样的表"),
        (lambda s: s.pop("事项"), "事项", "没有“事项”这张表"),
        (lambda s: s["材料"][0].__setitem__(3, "组名"), "材料!D1", "没有“组名”这一列"),
        (lambda s: s["材料"][0].__setitem__(3, "名称"), "材料!I1", "“名称”这一列有两个"),
        (lambda s: s["材料"][0].__setitem__(0, ""), "材料!A1", "没有“事项编号”这一列"),
        (lambda s: s["材料"][1].append("旁注"), "材料!X2", "这一列没有名称"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said(
    faults: Faults, change: Change, place: str, words: str
) -> None:
    named = {one.place: one.reason for one in faults(change)}
    assert words in named[place]


def test_notes_and_empty_sheets_of_others_are_passed_over(faults: Faults) -> None:
    def change(sheets: dict[str, list[list[Any]]]) -> None:
        sheets["填表说明"] = [["看这里"]]
        sheets["Sheet1"] = [["", " "]]

    assert faults(change) == []
