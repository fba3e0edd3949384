"""Files that are none of ours, or want to do harm, are refused at once and in words."""

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from central.county.catalogue.exchange import workbook
from central.county.catalogue.exchange.tables import read_tables
from central.county.catalogue.exchange.workbook import MAX_PARTS, read_workbook
from protocol.errors import CatalogueError, TableError, TableKindError, TableTooLargeError
from tests.central.county.catalogue.exchange.conftest import edited, excel, packed, sheets_of

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


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


def test_entities_are_refused() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with pytest.raises(TableError, match="声明"):
        read_workbook(edited(lambda p: p.update({"xl/sharedStrings.xml": entity})))


def test_the_name_says_nothing_about_the_content(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xls", "c.csv"):
        (tmp_path / name).write_bytes(excel(sheets_of()))
        assert read_tables(tmp_path / name).document["items"]
    (tmp_path / "d.xlsx").write_bytes(b"%PDF-1.7")
    with pytest.raises(CatalogueError) as caught:
        read_tables(tmp_path / "d.xlsx")
    assert caught.value.code == "catalogue.table-kind"
