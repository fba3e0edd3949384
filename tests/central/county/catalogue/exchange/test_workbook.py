"""Files that are none of ours, or want to do harm, are refused at once and in words."""

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from central.county.catalogue.exchange import workbook
from central.county.catalogue.exchange.tables import file_of_tables, read_tables
from central.county.catalogue.exchange.workbook import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_PARTS,
    MAX_ROWS,
    read_workbook,
)
from protocol.errors import CatalogueError, TableError, TableKindError, TableTooLargeError
from tests.central.county.catalogue.exchange.conftest import excel, new_book, sheets_of

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def edited(change: Callable[[dict[str, bytes]], object]) -> bytes:
    """A good file whose parts were changed."""
    with zipfile.ZipFile(io.BytesIO(excel(sheets_of()))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet(rows: bytes) -> bytes:
    """A good file whose second sheet has these rows."""

    def change(parts: dict[str, bytes]) -> None:
        head, _, rest = parts["xl/worksheets/sheet2.xml"].partition(b"<sheetData>")
        parts["xl/worksheets/sheet2.xml"] = (
            head + b"<sheetData>" + rows + b"</sheetData>" + rest.partition(b"</sheetData>")[2]
        )

    return edited(change)


def cells(*refs: str) -> bytes:
    return b"".join(
        b'<row r="%s"><c r="%s"><v>1</v></c></row>'
        % (ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").encode(), ref.encode())
        for ref in refs
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (_OLE + bytes(600), ".xls"),
        (_OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "口令"),
        (b"\xef\xbb\xbf<html><table>", "网页"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"", "不是 .xlsx"),
        (b"hello", "不是 .xlsx"),
        (packed({"a.txt": b"x"}), "不是 Excel"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "不是 Excel"),
        (edited(lambda p: p.update({"xl/vbaProject.bin": b"x"})), "宏"),
        (edited(lambda p: p.update({"[Content_Types].xml": b"macroEnabled"})), "宏"),
    ],
)
def test_a_file_of_another_kind_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(TableKindError, match=words):
        read_workbook(data)


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(excel(sheets_of()))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    with pytest.raises(TableKindError, match="口令"):
        read_workbook(bytes(data))


@pytest.mark.parametrize("cut", [10, 200, 2000, -30])
def test_a_file_that_is_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(TableError):
        read_workbook(excel(sheets_of())[:cut])


def test_whatever_bit_is_changed_it_is_read_or_refused() -> None:
    good = excel(sheets_of())
    for at in range(0, len(good), 97):
        data = bytearray(good)
        data[at] ^= 0x55
        try:
            read_workbook(bytes(data))
        except TableError:
            continue


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = edited(lambda p: p.update({"xl/bomb.xml": bytes(workbook.MAX_UNPACKED_BYTES)}))
    start = time.process_time()
    with pytest.raises(TableTooLargeError, match="解压后"):
        read_workbook(bomb)
    assert time.process_time() - start < 1


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    bomb = bytearray(edited(lambda p: p.update({"xl/bomb.xml": bytes(50_000_000)})))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = bomb.rindex(mark)
        assert struct.unpack_from("<I", bomb, start + at)[0] == 50_000_000
        struct.pack_into("<I", bomb, start + at, 10)
    with pytest.raises(TableError, match="损坏"):
        read_workbook(bytes(bomb))


def test_exactly_so_many_bytes_are_unpacked_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    good = excel(sheets_of())
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        size = sum(info.file_size for info in archive.infolist())
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", size)
    assert read_workbook(good).grids
    monkeypatch.setattr(workbook, "MAX_UNPACKED_BYTES", size - 1)
    with pytest.raises(TableTooLargeError):
        read_workbook(good)


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_an_archive_has_so_many_parts(more: int, *, fits: bool) -> None:
    def change(parts: dict[str, bytes]) -> None:
        for number in range(MAX_PARTS - len(parts) + more):
            parts[f"xl/media/{number}.png"] = b""

    if fits:
        assert read_workbook(edited(change)).grids
        return
    with pytest.raises(TableTooLargeError, match="1001"):
        read_workbook(edited(change))


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
    monkeypatch.setattr(workbook, "MAX_TEXT_BYTES", 3_100_000)
    assert read_workbook(file.getvalue()).grids
    monkeypatch.setattr(workbook, "MAX_TEXT_BYTES", 2_900_000)
    with pytest.raises(TableTooLargeError, match="文字"):
        read_workbook(file.getvalue())


def test_entities_are_refused() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with pytest.raises(TableError, match="声明"):
        read_workbook(edited(lambda p: p.update({"xl/sharedStrings.xml": entity})))


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


def test_the_name_says_nothing_about_the_content(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xls", "c.csv"):
        (tmp_path / name).write_bytes(excel(sheets_of()))
        assert read_tables(tmp_path / name).document["items"]
    (tmp_path / "d.xlsx").write_bytes(b"%PDF-1.7")
    with pytest.raises(CatalogueError) as caught:
        read_tables(tmp_path / "d.xlsx")
    assert caught.value.code == "catalogue.table-kind"
