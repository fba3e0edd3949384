"""What a sheet's XML claims is looked at before anything is laid out in memory."""

import contextlib
import io
import time
import zipfile
from pathlib import Path

import pytest

from central.county.catalogue.exchange import looking
from central.county.catalogue.exchange.looking import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from central.county.catalogue.exchange.tables import file_of_tables
from central.county.catalogue.exchange.workbook import read_workbook
from protocol.errors import CatalogueError, TableError, TableTooLargeError
from tests.central.county.catalogue.exchange.conftest import (
    edited,
    excel,
    new_book,
    packed,
    sheet,
    sheets_of,
)

SHARED = "xl/sharedStrings.xml"


def cells(*refs: str) -> bytes:
    return b"".join(
        b'<row r="%s"><c r="%s"><v>1</v></c></row>'
        % (ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").encode(), ref.encode())
        for ref in refs
    )


@pytest.mark.parametrize(
    "ref", [f"A{MAX_ROWS + 1}", "A1048576", "XFD1", "XFD1048576", "GS1", "GR100000", "ZZZ9999999"]
)
def test_a_cell_far_away_is_refused_at_once(ref: str) -> None:
    start = time.process_time()
    with pytest.raises(TableTooLargeError, match="用到了"):
        read_workbook(sheet(cells(ref)))
    assert time.process_time() - start < 1


@pytest.mark.parametrize("ref", [f"A{MAX_ROWS}", "GR1", f"T{MAX_CELLS // 20}"])
def test_a_cell_at_the_edge_is_read(ref: str) -> None:
    assert MAX_COLUMNS == 200  # GR
    grid = next(one for one in read_workbook(sheet(cells(ref))).grids if one.name == "事项")
    assert grid.rows[-1][-1] == 1.0


def test_one_cell_more_is_refused() -> None:
    with pytest.raises(TableTooLargeError):
        read_workbook(sheet(cells(f"U{MAX_CELLS // 21 + 1}")))


def test_cells_without_a_place_are_refused() -> None:
    with pytest.raises(TableError, match="没有写明位置"):
        read_workbook(sheet(b"<row><c><v>1</v></c></row>"))


def test_one_long_text_shown_in_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    book = new_book(file)
    page = book.add_worksheet("事项")
    for row in range(100):
        page.write_string(row, 0, "字" * 10_000)
    book.close()
    monkeypatch.setattr(looking, "MAX_TEXT_BYTES", 3_100_000)
    assert read_workbook(file.getvalue()).grids
    monkeypatch.setattr(looking, "MAX_TEXT_BYTES", 2_900_000)
    with pytest.raises(TableTooLargeError, match="文字"):
        read_workbook(file.getvalue())


def test_formulas_errors_and_merged_cells_are_named_by_their_cell() -> None:
    file = io.BytesIO()
    book = new_book(file)
    page = book.add_worksheet("事项")
    page.write_formula("B2", "=1+1", None, 2)
    page.write_formula("C3", "=1/0", None, "#DIV/0!")
    page.merge_range("A5:A7", "x")
    book.close()
    found = read_workbook(file.getvalue()).findings
    assert [(one.place, one.reason) for one in found] == [
        ("事项!B2", "这一格是公式"),
        ("事项!C3", "这一格是公式"),
        ("事项!A5:A7", "合并的单元格"),
    ]


def test_a_formula_refuses_the_whole_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(excel(sheets_of()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    page = parts["xl/worksheets/sheet2.xml"]
    row = b'<row r="9"><c r="AK9"><f>1</f></c></row></sheetData>'
    parts["xl/worksheets/sheet2.xml"] = page.replace(b"</sheetData>", row)
    (tmp_path / "t.xlsx").write_bytes(packed(parts))
    with pytest.raises(CatalogueError, match="事项!AK9：这一格是公式"):
        file_of_tables(tmp_path / "t.xlsx")


def test_a_cell_with_an_error_and_no_formula_is_named() -> None:
    found = read_workbook(sheet(b'<row r="2"><c r="D2" t="e"><v>#N/A</v></c></row>')).findings
    assert [one.place for one in found] == ["事项!D2"]


@pytest.mark.parametrize(
    "cell",
    [
        b'<x-y:c xmlns:x-y="main" r="XFD1048576"><v>1</v></x-y:c>',
        b'<c a=" r=\'A1\'" r="XFD1048576"><v>1</v></c>',
        b'<c x:r="A1" r="XFD1048576"><v>1</v></c>',
        b'<c r="XFD1048576" r="A1"><v>1</v></c>',
        b'<c a="&gt;>" r="XFD1048576"><v>1</v></c>',
        b'<c a="<" r="XFD1048576"><v>1</v></c>',
        b'<c r="A1"r="XFD1048576"><v>1</v></c>',
        b'<c\tr = "XFD1048576"><v>1</v></c>',
    ],
)
def test_a_cell_far_away_is_refused_however_it_is_written(cell: bytes) -> None:
    with pytest.raises(TableError):
        read_workbook(sheet(b'<row r="1">' + cell + b"</row>"))


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl/worksheets/sheet2.xml", b"<c "),
        ("xl/worksheets/sheet2.xml", b"<row "),
        ("xl/worksheets/sheet2.xml", b"<mergeCell "),
        ("xl/worksheets/sheet2.xml", b"<v "),
        ("xl/workbook.xml", b"<sheet "),
        ("xl/_rels/workbook.xml.rels", b"<Relationship "),
        (SHARED, b"<si "),
    ],
)
def test_tags_without_an_end_take_no_long_time(part: str, text: bytes) -> None:
    start = time.process_time()
    with contextlib.suppress(TableError):
        read_workbook(edited(lambda parts: parts.update({part: parts[part] + text * 100_000})))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B2"><!-- a --><f>1+1</f><v>2</v></c>',
        b'<c r="B2"><v>2</v><!-- a --></c>',
        b'<c r="B2"><v><![CDATA[2]]></v></c>',
        b'<c r="B2"><v><?a?>2</v></c>',
    ],
)
def test_comments_and_the_like_are_refused(cell: bytes) -> None:
    with pytest.raises(TableError, match="“事项”里有注释一类的标记"):
        read_workbook(sheet(b'<row r="2">' + cell + b"</row>"))


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="B2"><v>2</v><f>1+1</f></c>',
        b'<c t="str" r="B2" ><x-y:f>1+1</x-y:f><v>2</v></c>',
        b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    ],
)
def test_a_formula_is_named_however_it_is_written(cell: bytes) -> None:
    found = read_workbook(sheet(b'<row r="2">' + cell + b"</row>")).findings
    assert [(one.place, one.reason) for one in found] == [("事项!B2", "这一格是公式")]


def test_a_file_without_shared_texts_is_read() -> None:
    """As programs write it that put each text into its cell."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    book = Workbook(file, {"constant_memory": True})
    book.add_worksheet("事项").write_string(0, 0, "编号")
    book.close()
    with zipfile.ZipFile(file) as archive:
        assert SHARED not in archive.namelist()
    assert [grid.rows for grid in read_workbook(file.getvalue()).grids] == [[["编号"]]]


def test_a_byte_order_mark_in_a_part_is_no_fault() -> None:
    def change(parts: dict[str, bytes]) -> None:
        for name, content in parts.items():
            parts[name] = b"\xef\xbb\xbf" + content if name.startswith("xl/") else content

    assert read_workbook(edited(change)).grids == read_workbook(excel(sheets_of())).grids


@pytest.mark.parametrize(
    ("shared", "fits"),
    [
        (b"<si><t>a</t></si><si><t>b</t></si>", True),
        (b"<si/><si><t>b</t></si>", True),
        (b"<si><si/><t>a</t></si>", False),
        (b"<si><t>a</t>", True),
        (b"</si><si>", False),
    ],
)
def test_shared_texts_stand_beside_one_another(shared: bytes, *, fits: bool) -> None:
    if fits:
        assert looking.shared_sizes({SHARED: shared})
        return
    with pytest.raises(TableError, match="没有分开"):
        looking.shared_sizes({SHARED: shared})


@pytest.mark.parametrize("value", [b"<v>1</v>", b"<v >01</v>", b"<x-y:v>1</x-y:v>"])
def test_a_long_text_counts_however_its_number_is_written(
    value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = b"".join(b'<c r="A%d" t="s">%s</c>' % (row, value) for row in range(1, 11))
    monkeypatch.setattr(looking, "MAX_TEXT_BYTES", 10_000)
    assert looking.look_at("事项", cells, [0, 1_000]) == []
    with pytest.raises(TableTooLargeError, match="文字"):
        looking.look_at("事项", cells, [0, 1_001])
