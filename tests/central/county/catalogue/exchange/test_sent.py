"""What a browser sends: known by its content, read whole or refused whole."""

import io
import json
import zipfile
from typing import Any

import pytest

from central.county.catalogue.exchange.packing import Form, packed
from central.county.catalogue.exchange.sent import file_of_sent
from central.county.catalogue.exchange.tables import MAX_CSV_FILES, csvs_of, excel_of
from protocol.catalogue.findings import findings_of
from protocol.catalogue.forms.reading import canonical_json
from protocol.errors import (
    CatalogueError,
    TableError,
    TableKindError,
    TableTooLargeError,
    UsageError,
)
from tests.builders.catalogue.catalogue_items import LIBRARY, good
from tests.central.county.catalogue.exchange.conftest import excel, put, sheets_of

DOCUMENT: dict[str, Any] = {"items": [good()], "materials": LIBRARY}
WHOLE = canonical_json(DOCUMENT)


class _Named(zipfile.ZipInfo):
    """A member whose name is not said to be UTF-8, as old programs write it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - as the library names it
        return self.filename.encode("gb18030"), 0


def archive(files: dict[str, bytes], *, old: bool = False) -> bytes:
    """As a program packs them."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as one:
        for name, data in files.items():
            one.writestr(_Named(name) if old else zipfile.ZipInfo(name), data)
    return made.getvalue()


@pytest.mark.parametrize("form", Form)
def test_what_was_downloaded_is_taken_back_unchanged(form: Form) -> None:
    data = packed(DOCUMENT, form)
    assert canonical_json(json.loads(file_of_sent([(f"catalogue-1.{form.value}", data)]))) == WHOLE
    assert packed(DOCUMENT, form) == data  # the same catalogue, the same bytes


def test_csv_files_come_one_by_one_or_together() -> None:
    files = [(f"C:\\tables\\{name}", data) for name, data in csvs_of(DOCUMENT).items()]
    assert file_of_sent(files) == WHOLE
    with pytest.raises(CatalogueError) as caught:  # one alone is read, and is not all of it
        file_of_sent([one for one in files if one[0].endswith("\\事项.csv")])
    assert "事项!A2" in str(caught.value)


def test_names_in_an_archive_may_be_of_an_old_chinese_windows() -> None:
    assert file_of_sent([("t.zip", archive(csvs_of(DOCUMENT), old=True))]) == WHOLE


def test_an_excel_file_is_known_whatever_it_is_called() -> None:
    for name in ("t.xlsx", "t.zip", "t", "t.csv"):
        assert file_of_sent([(name, excel_of(DOCUMENT))]) == WHOLE


def test_every_fault_is_named_by_sheet_and_cell_at_once() -> None:
    sheets = sheets_of()
    put("事项", "承诺时限", "很快")(sheets)
    put("环节", "种类", "喝茶")(sheets)
    with pytest.raises(CatalogueError) as caught:
        file_of_sent([("t.xlsx", excel(sheets))])
    places = [one.place for one in findings_of(caught.value)]
    assert {place.partition("!")[0] for place in places} == {"事项", "环节"}
    assert all("!" in place for place in places)


def test_what_is_no_catalogue_is_refused_by_its_kind() -> None:
    csvs = csvs_of(DOCUMENT)
    one = next(iter(csvs.items()))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("事项.csv", b"0" * (128 * 2**20 + 1))
    many = {f"{n}.csv": b"" for n in range(MAX_CSV_FILES + 1)}
    whole = archive(csvs)
    for files, error in (
        ([], UsageError),
        ([one, ("t.json", WHOLE)], UsageError),
        ([("a/事项.csv", b""), ("b/事项.csv", b"")], TableKindError),
        (list(many.items()), TableTooLargeError),
        ([("t.zip", archive(many))], TableTooLargeError),
        ([("t.zip", bomb.getvalue())], TableTooLargeError),
        ([("t.zip", archive({}))], TableKindError),
        ([("t.zip", archive({**csvs, "run.exe": b"MZ"}))], TableKindError),
        ([("t.zip", whole[: len(whole) // 2])], TableError),
        ([("t.xlsx", b"\x89PNG\r\n")], TableKindError),
        ([("t.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")], TableKindError),
    ):
        with pytest.raises(error):
            file_of_sent(files)


def test_so_many_csv_files_as_may_be_are_read() -> None:
    """The last one that may be there is looked at, and is no sheet of ours."""
    files = [*csvs_of(DOCUMENT).items()]
    files += [(f"{n}.csv", b"") for n in range(MAX_CSV_FILES - len(files))]
    assert file_of_sent(files) == WHOLE  # empty ones are passed over
    assert file_of_sent([("t.zip", archive(dict(files)))]) == WHOLE


def test_national_names_can_be_told_from_our_own() -> None:
    for form in Form:
        data = packed(DOCUMENT, form, national=True)
        assert data != packed(DOCUMENT, form)
        with pytest.raises(CatalogueError):
            file_of_sent([(f"t.{form.value}", data)]) if form is not Form.JSON else _json(data)


def _json(data: bytes) -> None:
    assert "up_task_general_basic" in json.loads(data)
    raise CatalogueError
