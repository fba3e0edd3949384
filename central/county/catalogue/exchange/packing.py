"""A catalogue file as the bytes of a download: JSON, Excel, or CSV files in one archive.

Source: docs/catalogue-tables.md.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from enum import StrEnum

from central.county.catalogue.exchange.csvs import write_csv
from central.county.catalogue.exchange.excel import write_excel
from central.county.catalogue.exchange.national import national_rows, national_tables
from central.county.catalogue.exchange.tables import csvs_of, excel_of
from protocol.catalogue.documents import Document

_MADE = (2000, 1, 1, 0, 0, 0)  # the same catalogue, the same bytes


class Form(StrEnum):
    """As what a catalogue goes out; the value is the suffix of the file."""

    JSON = "json"
    EXCEL = "xlsx"
    CSV = "zip"


def packed(document: Document, form: Form, *, national: bool = False) -> bytes:
    """One file with the whole catalogue.

    Args:
        national: under the names of the national exchange; such a file can't be read back.

    Raises:
        TableTooLargeError: a cell is longer than Excel holds.
    """
    match form:
        case Form.JSON:
            return json_file(document, national=national)
        case Form.EXCEL:
            return excel_file(document, national=national)
        case Form.CSV:
            return _zipped(csv_files(document, national=national))


def json_file(document: Document, *, national: bool = False) -> bytes:
    """The catalogue as JSON that people can read."""
    shown = national_tables(document) if national else document
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def excel_file(document: Document, *, national: bool = False) -> bytes:
    """The catalogue as an Excel file. Raises TableTooLargeError."""
    return write_excel(national_rows(document)) if national else excel_of(document)


def csv_files(document: Document, *, national: bool = False) -> dict[str, bytes]:
    """The catalogue as CSV files, by their names."""
    if not national:
        return csvs_of(document)
    return {f"{name}.csv": write_csv(rows) for name, rows in national_rows(document).items()}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, _MADE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return made.getvalue()
