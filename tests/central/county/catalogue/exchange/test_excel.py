"""Excel files as we write them: text everywhere, no formula, no cell that Excel would cut."""

import io
import re
import zipfile

import pytest

from central.county.catalogue.exchange.cells import MAX_CELL_CHARS
from central.county.catalogue.exchange.excel import write_excel
from central.county.catalogue.exchange.tables import NOTES, excel_of
from central.county.catalogue.exchange.workbook import read_workbook
from protocol.errors import TableTooLargeError
from tests.builders.catalogue.catalogue_items import LIBRARY, good


def test_every_cell_is_text_and_none_is_a_formula_or_a_link() -> None:
    odd = good(name='=HYPERLINK("http://x")', contact="http://example.org", aliases=["00123"])
    with zipfile.ZipFile(io.BytesIO(excel_of({"items": [odd], "materials": LIBRARY}))) as archive:
        sheets = [archive.read(one) for one in archive.namelist() if "/sheet" in one]
    for sheet in sheets:
        cells = re.findall(rb"<c [^>]*?(/?)>", sheet)
        texts = re.findall(rb'<c [^>]*t="s"', sheet)
        assert len(cells) - cells.count(b"/") == len(texts)
        assert b"<f>" not in sheet
        assert b"hyperlink" not in sheet


def test_a_cell_of_so_many_characters_is_written_and_one_more_is_refused() -> None:
    whole = write_excel({"事项": [["编号"], ["x" * MAX_CELL_CHARS]]})
    assert read_workbook(whole).grids[0].rows[1][0] == "x" * MAX_CELL_CHARS
    with pytest.raises(TableTooLargeError, match="事项!A2 有 32768 个字"):
        write_excel({"事项": [["编号"], ["x" * (MAX_CELL_CHARS + 1)]]})


def test_the_last_sheet_tells_people_how_to_fill_in() -> None:
    grids = read_workbook(excel_of({"items": []})).grids
    assert grids[-1].name == "填表说明"
    assert [row[0] for row in grids[-1].rows] == list(NOTES)
