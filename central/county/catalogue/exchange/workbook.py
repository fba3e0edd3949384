"""Reads an Excel file that somebody made, within bounds, by python-calamine.

What is in the archive is looked through before the library sees it: how much it unpacks to, which
cells it names, macros, formulas, merged cells. A file of a few KB may claim 17 billion cells. The
library gets the parts packed anew, so that it can read nothing that was not looked at.

Source: docs/catalogue-tables.md; ECMA-376 part 1, section 18.3.1.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from central.county.catalogue.exchange.cells import Cell
from central.county.catalogue.exchange.grids import Grid
from central.county.catalogue.exchange.looking import look_at, shared_sizes
from protocol.catalogue.findings import Finding
from protocol.errors import TableError, TableKindError, TableTooLargeError
from protocol.limits import MIB

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_UNPACKED_BYTES = 128 * MIB  # of all parts: 2,000 full items are 30 MiB
MAX_PARTS = 1000  # of the archive; a workbook has about five, and one for each sheet

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = (
    (b"%PDF", "这是 PDF 文件，只是名字像表格"),
    (b"<html", "这是网页，只是名字像表格"),
    (b"<!doctype html", "这是网页，只是名字像表格"),
    (b"<?xml", "这是 XML 文件，只是名字像表格"),
    (b"\x89PNG", "这是图片，只是名字像表格"),
    (b"\xff\xd8\xff", "这是图片，只是名字像表格"),
    (b"Rar!", "这是压缩包，只是名字像表格"),
)
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^<>]*+>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^<>]*+>")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file, and what is wrong with single cells before they are read."""

    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...]


def read_workbook(data: bytes) -> Workbook:
    """The sheets of an Excel file.

    Raises:
        TableKindError: it is a file of another kind, has macros, or is encrypted.
        TableTooLargeError: more in it than a catalogue ever has.
        TableError: it is damaged.
    """
    parts = _unpacked(data)
    names = _sheet_names(parts)
    findings = []
    shared = shared_sizes(parts)
    for part, content in parts.items():
        findings += look_at(names.get(part, part.rpartition("/")[2]), content, shared)
    return Workbook(tuple(_read(parts)), tuple(findings))


def _unpacked(data: bytes) -> dict[str, bytes]:
    """Every part of the archive, within bounds."""
    _require_kind(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _require_bounds(infos)
            parts = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as exc:
        raise TableError(f"文件损坏：{str(exc)[:100]}") from None
    except Exception as exc:  # zlib.error has no base of its own
        if type(exc).__name__ == "error":
            raise TableError("文件损坏：压缩的内容解不开") from None
        raise
    if len(parts) < len(infos):
        raise TableError("文件损坏：有两个同名的部分")
    _require_plain(parts)
    return parts


def _require_kind(data: bytes) -> None:
    if data.startswith(_OLE):
        secret = "EncryptedPackage".encode("utf-16-le") in data
        raise TableKindError("文件加了口令" if secret else "这是旧版 Excel（.xls）的格式")
    start = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for mark, words in _KINDS:
        if start.startswith(mark.lower()):
            raise TableKindError(words)
    if not data.startswith(b"PK"):
        raise TableKindError("内容不是 .xlsx 表格")


def _require_bounds(infos: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & 1 for info in infos):
        raise TableKindError("文件加了口令")
    total = sum(info.file_size for info in infos)
    if len(infos) > MAX_PARTS:
        raise TableTooLargeError(f"文件由 {len(infos)} 个部分组成，最多 {MAX_PARTS} 个")
    if total > MAX_UNPACKED_BYTES:
        raise TableTooLargeError(f"解压后有 {total} 字节，最多 {MAX_UNPACKED_BYTES}")


def _require_plain(parts: Mapping[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"")
    if b"macroEnabled" in types or any(name.lower().endswith(".bin") for name in parts):
        if any("vba" in name.lower() for name in parts) or b"macroEnabled" in types:
            raise TableKindError("文件带有宏")
        if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in parts):
            raise TableKindError("这是二进制格式（.xlsb）")
    if "xl/workbook.xml" not in parts:
        raise TableKindError("压缩包里不是 Excel 表格")
    for name, content in parts.items():
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise TableError(f"{name[:60]} 里有不该有的声明")


def _sheet_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """What the sheet in each part is called."""
    relations = parts.get("xl/_rels/workbook.xml.rels", b"").decode("utf-8", "replace")
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)
    }
    names = {}
    for tag in _SHEET.findall(parts["xl/workbook.xml"].decode("utf-8", "replace")):
        target = targets.get(_attribute(tag, "r:id"), "")
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        names[path] = unescape(_attribute(tag, "name"))
    return names


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"""\b{name}\s*=\s*["']([^"']*)["']""", tag)
    return found[1] if found else ""


def _read(parts: Mapping[str, bytes]) -> Iterator[Grid]:
    """The sheets, by the library, from nothing but what was looked at."""
    book = _opened(parts)
    for name in book.sheet_names:
        try:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except BaseException as exc:
            _refuse(exc)
            raise
        yield Grid(name, [list[Cell](row) for row in rows])


def _opened(parts: Mapping[str, bytes]) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    packed.seek(0)
    try:
        return CalamineWorkbook.from_filelike(packed)
    except BaseException as exc:
        _refuse(exc)
        raise


def _refuse(exc: BaseException) -> None:
    """Raise TableError for what the library can't read; its panics are no Exception."""
    if type(exc).__module__ in ("pyo3_runtime", "python_calamine", "builtins") and not isinstance(
        exc, KeyboardInterrupt | SystemExit | MemoryError | GeneratorExit
    ):
        raise TableError(f"文件损坏：{str(exc)[:100]}") from None
