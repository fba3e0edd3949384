"""CSV as table programs in China write it: with marks, in GB18030, with other separators."""

import codecs
from pathlib import Path

import pytest

from central.county.catalogue.exchange import csvs
from central.county.catalogue.exchange.csvs import read_csv, write_csv
from central.county.catalogue.exchange.looking import MAX_COLUMNS, MAX_ROWS
from central.county.catalogue.exchange.tables import (
    MAX_CSV_FILES,
    csvs_of,
    file_of_tables,
    read_tables,
)
from protocol.errors import CatalogueError, TableError, TableKindError, TableTooLargeError
from tests.builders.catalogue.catalogue_items import LIBRARY, good
from tests.central.county.catalogue.exchange.conftest import sheets_of

_ROWS = [["编号", "名称"], ["001", "低保，五保\n两项"], ["'=1", '说"好"']]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"], ids=str)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_csv_is_read_in_each_encoding(encoding: str, separator: str, end: str) -> None:
    text = write_csv(_ROWS).decode("utf-8-sig").replace("\r\n", end)
    if separator != ",":
        text = text.replace("编号,名称", f"编号{separator}名称").replace(",低", f"{separator}低")
        text = text.replace("1,", f"1{separator}")
    assert read_csv("事项", text.encode(encoding)).rows == _ROWS


def test_csv_is_written_with_a_mark_and_opens_no_formula() -> None:
    data = write_csv([["'=1+1"]])
    assert data == codecs.BOM_UTF8 + b"'=1+1\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_of_an_export_begins_like_a_formula(start: str, tmp_path: Path) -> None:
    name = f"{start}cmd|' /C calc'!A0"
    document = {"items": [good(name=name, conditions=[name])], "materials": LIBRARY}
    for file, data in csvs_of(document).items():
        (tmp_path / file).write_bytes(data)
        for row in read_csv(file, data).rows:
            assert not [cell for cell in row if str(cell).startswith(start)]
    item = read_tables(tmp_path).document["items"][0]
    assert (item["name"], item["conditions"]) == (name, [name])


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (b"\xff\xff\xff\xff", TableKindError, "不是文本"),
        (b"a\0b\0c\0", TableKindError, "文本"),
        ('编号\n"没有关上'.encode(), TableError, "第 2 行"),
        ('编号\n"a"b,c'.encode(), TableError, "引号"),
        (("编号\n" + "x" * 200_000).encode(), TableError, "太长"),
    ],
)
def test_what_is_no_csv_is_refused(data: bytes, error: type[TableError], words: str) -> None:
    with pytest.raises(error, match=words):
        read_csv("事项", data)


def test_so_many_rows_and_columns_are_read_and_no_more() -> None:
    assert len(read_csv("事项", b"x\n" * MAX_ROWS).rows) == MAX_ROWS
    with pytest.raises(TableTooLargeError, match="100000"):
        read_csv("事项", b"x\n" * (MAX_ROWS + 1))
    assert len(read_csv("事项", b"," * (MAX_COLUMNS - 1)).rows[0]) == MAX_COLUMNS
    with pytest.raises(TableTooLargeError):
        read_csv("事项", b"," * MAX_COLUMNS)


def test_a_folder_has_so_many_files(tmp_path: Path) -> None:
    for name, rows in sheets_of().items():
        (tmp_path / f"{name}.csv").write_bytes(write_csv(rows))
    for number in range(MAX_CSV_FILES - len(list(tmp_path.iterdir()))):
        (tmp_path / f"{number}.csv").write_bytes(b"")
    assert read_tables(tmp_path).document["items"]
    (tmp_path / "more.csv").write_bytes(b"")
    with pytest.raises(TableTooLargeError):
        read_tables(tmp_path)


def test_a_folder_without_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableKindError, match="没有 CSV"):
        read_tables(tmp_path)


def test_one_csv_alone_is_one_sheet(tmp_path: Path) -> None:
    path = tmp_path / "事项.csv"
    path.write_bytes(write_csv(sheets_of()["事项"]))
    assert read_tables(path).document["items"][0]["id"] == "451423-001"
    other = tmp_path / "目录表.csv"
    other.write_bytes(path.read_bytes())
    assert "没有这样的表" in [one.reason for one in read_tables(other).findings]


def test_codes_that_a_table_program_spoilt_are_named(tmp_path: Path) -> None:
    path = tmp_path / "事项.csv"
    path.write_bytes(write_csv(sheets_of()["事项"]).replace(b"451423-001", b"4.51E+17"))
    with pytest.raises(CatalogueError, match=r"事项!A2.*4\.51E\+17"):
        file_of_tables(path)


def test_the_separator_is_what_parts_the_headings() -> None:
    assert csvs.read_csv("事项", "编号;名称\n1;a,b,c,d".encode()).rows[1] == ["1", "a,b,c,d"]


@pytest.mark.parametrize("mark", [chr(0xFEFF), chr(0x200B), chr(0x202C)])
def test_marks_that_nobody_sees_in_a_heading_do_not_count(mark: str, tmp_path: Path) -> None:
    for file, data in csvs_of({"items": [good()], "materials": LIBRARY}).items():
        text = mark + data.decode("utf-8-sig")
        (tmp_path / file).write_bytes(text.encode("utf-8-sig"))
    assert read_tables(tmp_path).document["items"][0]["id"] == good()["id"]


@pytest.mark.parametrize("cell", ['="0012"', "=1+1", ' =HYPERLINK("x")'])
def test_a_formula_in_a_file_is_named_by_its_cell(cell: str, tmp_path: Path) -> None:
    for file, data in csvs_of({"items": [good(name="甲")], "materials": LIBRARY}).items():
        quoted = '"' + cell.replace('"', '""') + '"'
        (tmp_path / file).write_text(data.decode("utf-8-sig").replace(",甲,", f",{quoted},"))
    with pytest.raises(CatalogueError, match="事项!B2：这一格是公式。改成公式的值"):
        file_of_tables(tmp_path)
