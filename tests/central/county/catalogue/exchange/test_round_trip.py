"""What is exported comes back unchanged, by Excel and by CSV, whatever it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from central.county.catalogue.exchange.grids import Grid
from central.county.catalogue.exchange.reading import read_grids
from central.county.catalogue.exchange.tables import (
    csvs_of,
    excel_of,
    file_of_tables,
    read_tables,
    rows_of_sheets,
)
from protocol.catalogue.forms.reading import canonical_json
from protocol.catalogue.items.entries import catalogue_entries
from tests.builders.catalogue.catalogue_files import catalogue_files
from tests.builders.catalogue.catalogue_items import LIBRARY, good
from tests.central.county.catalogue.conftest import LONGZHOU

GOOD: dict[str, Any] = {"title": "样本", "items": [good()], "materials": LIBRARY}
_SLOW = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=20,
)


def by_excel(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "catalogue.xlsx"
    path.write_bytes(excel_of(document))
    return path


def by_csv(folder: Path, document: dict[str, Any]) -> Path:
    tables = folder / "tables"
    tables.mkdir(exist_ok=True)
    for name, data in csvs_of(document).items():
        (tables / name).write_bytes(data)
    return tables


def _fee(floor: str) -> dict[str, Any]:
    return {"items": [{"id": "a", "materials": [], "fee_rules": [{"floor": floor}]}]}


_TWO = {"id": "a", "materials": [{"group": "g"}, {"group": "g", "name": "n", "one_of": [{}]}]}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(document=catalogue_files())
@example(document=_fee("５，５"))
@example(document={"items": [_TWO]})
def test_any_catalogue_is_the_same_after_it_was_rows(document: dict[str, Any]) -> None:
    tables = read_grids([Grid(name, rows) for name, rows in rows_of_sheets(document).items()])
    assert [str(one) for one in tables.findings] == []
    assert canonical_json(tables.document) == canonical_json(document)


@pytest.mark.parametrize("way", [by_excel, by_csv])
@_SLOW
@given(document=catalogue_files())
@example(document=GOOD)
@example(document={"items": []})
def test_any_catalogue_comes_back_unchanged(
    way: Any, document: dict[str, Any], tmp_path: Path
) -> None:
    tables = read_tables(way(tmp_path, document))
    assert [str(one) for one in tables.findings] == []
    assert canonical_json(tables.document) == canonical_json(document)


@pytest.mark.parametrize("way", [by_excel, by_csv])
@pytest.mark.parametrize("name", ["sample county", "every key"])
def test_the_same_entries_come_of_it(way: Any, name: str, tmp_path: Path) -> None:
    text = (LONGZHOU / "catalogue.json").read_text("utf-8")
    document = GOOD if name == "every key" else json.loads(text)
    file = file_of_tables(way(tmp_path, document))
    original = json.dumps(document, ensure_ascii=False).encode()
    assert catalogue_entries(file) == catalogue_entries(original)


def test_the_same_catalogue_makes_the_same_bytes() -> None:
    assert excel_of(GOOD) == excel_of(GOOD)
    assert csvs_of(GOOD) == csvs_of(GOOD)


def test_the_version_of_an_item_is_left_to_publishing(tmp_path: Path) -> None:
    document = {"items": [{**good(), "version": 7}], "materials": LIBRARY}
    assert "version" not in read_tables(by_excel(tmp_path, document)).document["items"][0]
