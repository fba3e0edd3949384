"""Tables that offices bring: Excel files, one sheet of one as XML, CSV."""

import io
import zipfile
from collections.abc import Iterator

from central.county.catalogue.exchange.csvs import read_csv, write_csv
from central.county.catalogue.exchange.reading import read_grids
from central.county.catalogue.exchange.tables import excel_of, rows_of_sheets
from central.county.catalogue.exchange.workbook import read_workbook
from protocol.limits import MIB
from tests.builders.catalogue.catalogue_items import LIBRARY, good
from tests.fuzz.target import Target

DOCUMENT = {"items": [good()], "materials": LIBRARY}
EXCEL = excel_of(DOCUMENT)
SHEET = "xl/worksheets/sheet2.xml"
_TABLE_BYTES = 96 * MIB  # what is unpacked and packed anew, and the grid of it


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(EXCEL)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _excel(data: bytes) -> None:
    read_grids(read_workbook(data).grids)


def _sheet(data: bytes) -> None:
    """What stands in one sheet is anything; the archive around it is whole."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in _parts().items():
            archive.writestr(name, data if name == SHEET else content)
    _excel(file.getvalue())


def _csv(data: bytes) -> None:
    read_grids([read_csv("事项", data)])


def targets() -> Iterator[Target]:
    """The parsers of tables."""
    csvs = [write_csv(rows) for rows in rows_of_sheets(DOCUMENT).values()]
    yield Target(name="table", corpus=[EXCEL], parse=_excel, largest_bytes=_TABLE_BYTES)
    yield Target(
        name="sheet of a table", corpus=[_parts()[SHEET]], parse=_sheet, largest_bytes=_TABLE_BYTES
    )
    yield Target(name="CSV", corpus=csvs, parse=_csv, largest_bytes=_TABLE_BYTES)
