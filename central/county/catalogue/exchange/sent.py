"""What somebody sent as a catalogue: JSON, an Excel file, CSV files, or an archive of CSV files.

A file is known by its content where that says more than its name.

Source: docs/catalogue-tables.md.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from central.county.catalogue.exchange.tables import (
    MAX_CSV_FILES,
    as_utf8,
    checked_file,
    is_table_name,
    tables_of_csvs,
    tables_of_excel,
)
from central.county.catalogue.exchange.workbook import MAX_UNPACKED_BYTES
from protocol.errors import TableError, TableKindError, TableTooLargeError, UsageError

_CSV, _ZIP = ".csv", b"PK"
_EXCEL_PART = "[Content_Types].xml"
_ENCRYPTED = 1  # flag of a member
_CHINESE = "gb18030"  # names of members by programs that do not say that theirs are UTF-8

Sent = tuple[str, bytes]
"""A file: its name, as a browser told it, and its bytes."""


def file_of_sent(files: Sequence[Sent]) -> bytes:
    """The catalogue file that these come to.

    Raises:
        UsageError: no file, or several that are not all CSV.
        TableError: one is no table of ours, or too large.
        CatalogueError: something in a table is wrong; every fault is named by its sheet and cell.
    """
    if not files:
        raise UsageError("请选择文件")
    if all(_is_csv(name, data) for name, data in files):
        return checked_file(tables_of_csvs(_sheets(files)))
    if len(files) > 1:
        raise UsageError("几个文件一起导入时，只能都是 CSV")
    ((name, data),) = files
    if not data.startswith(_ZIP):
        if is_table_name(name):
            return checked_file(tables_of_excel(data))  # which says what it is instead
        return as_utf8(data)
    unpacked = _csvs_of_archive(data)
    tables = tables_of_excel(data) if unpacked is None else tables_of_csvs(unpacked)
    return checked_file(tables)


def _is_csv(name: str, data: bytes) -> bool:
    return name.lower().endswith(_CSV) and not data.startswith(_ZIP)


def _sheets(files: Sequence[Sent]) -> dict[str, bytes]:
    if len(files) > MAX_CSV_FILES:
        raise TableTooLargeError(f"有 {len(files)} 个 CSV 文件，最多 {MAX_CSV_FILES} 个")
    sheets: dict[str, bytes] = {}
    for name, data in files:
        sheet = PurePath(name.replace("\\", "/")).name[: -len(_CSV)]
        if sheet in sheets:
            raise TableKindError(f"有两个文件都叫“{sheet}.csv”")
        sheets[sheet] = data
    return sheets


def _csvs_of_archive(data: bytes) -> Mapping[str, bytes] | None:
    """The CSV files of an archive; None if it is an Excel file, or nothing that can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data), metadata_encoding=_CHINESE) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if _EXCEL_PART in archive.namelist():
                return None
            _require_bounds(infos)
            return _sheets([(info.filename, archive.read(info)) for info in infos])
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as exc:
        raise TableError(f"文件损坏：{str(exc)[:100]}") from None
    except Exception as exc:  # zlib.error has no base of its own
        if type(exc).__name__ == "error":
            raise TableError("文件损坏：压缩的内容解不开") from None
        raise


def _require_bounds(infos: Sequence[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise TableKindError("文件加了口令")
    if len(infos) > MAX_CSV_FILES:
        raise TableTooLargeError(f"压缩包里有 {len(infos)} 个文件，最多 {MAX_CSV_FILES} 个")
    total = sum(info.file_size for info in infos)
    if total > MAX_UNPACKED_BYTES:
        raise TableTooLargeError(f"解压后有 {total} 字节，最多 {MAX_UNPACKED_BYTES}")
    if not infos or any(not info.filename.lower().endswith(_CSV) for info in infos):
        raise TableKindError("压缩包里应当只有 CSV 文件，每张表一个")
