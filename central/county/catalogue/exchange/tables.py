"""A catalogue from a table and into one: what commands and pages call.

Source: docs/catalogue-tables.md.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from central.county.catalogue.exchange.csvs import formulas_in, read_csvs, write_csv
from central.county.catalogue.exchange.excel import write_excel
from central.county.catalogue.exchange.reading import Tables, read_grids
from central.county.catalogue.exchange.sheets import SHEETS, book_of, heads_of
from central.county.catalogue.exchange.workbook import read_workbook
from protocol.catalogue.calendars.workdays import Calendar
from protocol.catalogue.documents import Document
from protocol.catalogue.findings import Finding, Level, refusal
from protocol.catalogue.forms.reading import canonical_json
from protocol.catalogue.items.entries import check_catalogue
from protocol.errors import CatalogueError, TableKindError, TableTooLargeError, TextError
from protocol.limits import MAX_CATALOGUE_FILE_BYTES
from protocol.text import any_text
from runtime.cli.command import read_file

MAX_CSV_FILES = 50  # of one folder: we have 16 sheets
NOTES = (
    "每张表一行一条；第一行是列名，不要改。不用的列可以删去，空行不读。",
    "编码、电话、日期按文本填写：先把整列设为文本格式，否则前面的 0 和长编码的末尾会丢失。",
    "一格里写多项（俗称、选项、服务对象）时，每项一行：按 Alt+Enter 换行。",
    "“其他（JSON）”和带“（JSON）”的列供程序使用，看不懂就不要动。",
    "不要合并单元格，不要写公式；以 = + - @ 开头的文字前面加一个 ' 号。",
    "时限写作 5wd（工作日）、7d（日）、48h（小时），或者 5个工作日、7日、48小时。",
)


def is_table(path: Path) -> bool:
    """Whether a file or folder given by somebody is read as tables, and not as JSON."""
    return path.is_dir() or is_table_name(path.name)


def is_table_name(name: str) -> bool:
    """Whether a file of this name is meant as a table."""
    return name.lower().endswith((".xlsx", ".xlsm", ".xls", ".csv"))


def read_catalogue_file(path: Path) -> bytes:
    """What somebody gives as a catalogue: JSON as UTF-8, a table as the file that it holds.

    An Excel file is known by its content, too: standard input has no name. JSON may be UTF-16 with
    its mark, or GB18030, as tables may.

    Raises:
        FileUnreadableError, TableError, CatalogueError: as :func:`file_of_tables`.
    """
    if is_table(path):
        return file_of_tables(path)
    data = read_file(path, MAX_CATALOGUE_FILE_BYTES)
    return file_of_tables(path) if data.startswith(b"PK") else as_utf8(data)


def as_utf8(data: bytes) -> bytes:
    """JSON of another encoding as UTF-8; what is of none as it is: the check says what is wrong."""
    try:
        return any_text(data).encode()
    except TextError:
        return data


def file_of_tables(path: Path, national: Calendar | None = None) -> bytes:
    """The catalogue file that an Excel file, a CSV file or a folder of CSV files holds.

    Raises:
        FileUnreadableError: it can't be read.
        TableError: it is no table of ours, or too large.
        CatalogueError: something in it is wrong; every fault is named by its sheet and cell.
    """
    return checked_file(read_tables(path), national)


def checked_file(tables: Tables, national: Calendar | None = None) -> bytes:
    """The catalogue file that these sheets come to. Raises CatalogueError, as file_of_tables."""
    file = canonical_json(tables.document)
    errors = [one for one in tables.findings if one.level is Level.ERROR]
    cells = {one.place for one in errors}
    errors += [one for one in _checked(tables, file, national) if one.place not in cells]
    if errors:
        raise refusal(errors, tables.findings.more)
    return file


def read_tables(path: Path) -> Tables:
    """What the sheets come to, with what is wrong with single cells.

    Raises:
        FileUnreadableError, TableError: as :func:`file_of_tables`.
    """
    if path.is_dir():
        return tables_of_csvs(_csv_files(path))
    data = read_file(path, MAX_CATALOGUE_FILE_BYTES)
    if path.suffix.lower() == ".csv" and not data.startswith(b"PK"):
        return tables_of_csvs({path.stem: data})
    return tables_of_excel(data)


def tables_of_csvs(files: Mapping[str, bytes]) -> Tables:
    """What CSV files come to, by their names without ``.csv``. Raises as :func:`read_csvs`."""
    grids = read_csvs(files)
    tables = read_grids(grids)
    tables.findings.extend(formulas_in(grids))
    return tables


def tables_of_excel(data: bytes) -> Tables:
    """What an Excel file comes to. Raises as :func:`read_workbook`."""
    book = read_workbook(data)
    tables = read_grids(book.grids)
    tables.findings.extend(book.findings)
    return tables


def rows_of_sheets(document: Document) -> dict[str, list[list[str]]]:
    """Every sheet of a catalogue file, its headings first."""
    book = book_of(document)
    return {
        sheet.name: [
            list(heads_of(sheet)),
            *([row.get(head, "") for head in heads_of(sheet)] for row in book[sheet.name]),
        ]
        for sheet in SHEETS
    }


def excel_of(document: Document) -> bytes:
    """A catalogue file as an Excel file.

    Raises:
        TableTooLargeError: a cell is longer than Excel holds.
    """
    return write_excel(rows_of_sheets(document), NOTES)


def csvs_of(document: Document) -> dict[str, bytes]:
    """A catalogue file as CSV files, by their names."""
    return {f"{name}.csv": write_csv(rows) for name, rows in rows_of_sheets(document).items()}


def _checked(tables: Tables, file: bytes, national: Calendar | None) -> list[Finding]:
    """The errors of the catalogue's own checks, each with its cell."""
    try:
        found: Sequence[Finding] = check_catalogue(file, national).errors
    except CatalogueError as exc:
        found = (Finding(code=exc.code, level=Level.ERROR, item="", place="", reason=exc.detail),)
    return [tables.located(one) for one in found]


def _csv_files(folder: Path) -> dict[str, bytes]:
    paths = sorted(one for one in folder.iterdir() if one.suffix.lower() == ".csv")
    if not paths:
        raise TableKindError(f"{folder} 里没有 CSV 文件")
    if len(paths) > MAX_CSV_FILES:
        raise TableTooLargeError(f"{folder} 里有 {len(paths)} 个 CSV 文件，最多 {MAX_CSV_FILES} 个")
    return {path.stem: read_file(path, MAX_CATALOGUE_FILE_BYTES) for path in paths}
