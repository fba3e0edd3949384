"""The faults of a file that was refused are told in words, though nothing of it is kept."""

import json
from typing import Any

import pytest

from central.county.catalogue.pages.editing.placed import Placing
from central.county.catalogue.pages.tables.refused import entries_of_refused
from protocol.catalogue.findings import Finding
from protocol.catalogue.items.entries import check_catalogue
from tests.builders.catalogue.full_item import CODE, LIBRARY, full_item


def told(document: Any) -> list[tuple[str, str, int, str, str]]:
    """Name, section, row, label and rest of each fault of a file."""
    file = json.dumps(document).encode()
    faults: list[Finding] = list(check_catalogue(file).errors)
    placed = Placing(entries_of_refused(file, faults), str, "zh").of(faults)
    spots = [(one.name, one.spot) for one in placed]
    return [(name, spot.section, spot.number, spot.label, spot.rest) for name, spot in spots]


def test_a_fault_in_an_item_is_told_by_the_words_of_its_page() -> None:
    item = full_item(limits={"legal": "很快"})
    assert told({"items": [item], "materials": LIBRARY}) == [
        ("特困人员认定和供养待遇申请", "办理时限", 0, "法定时限", "")
    ]


def test_a_fault_in_a_form_is_told_by_titles() -> None:
    schema = json.loads(json.dumps(full_item()["schema"]))
    schema["properties"]["rooms"]["minimum"] = "x"
    found = told({"items": [full_item(schema=schema)], "materials": LIBRARY})
    assert [one[4] for one in found] == ["住房间数 · 不小于"]


def test_a_fault_in_a_paper_is_told_by_its_name() -> None:
    library = {**LIBRARY, "id-card": {**LIBRARY["id-card"], "copies": "两份"}}
    (found,) = told({"items": [], "materials": library})
    assert found[0] == "居民身份证"
    assert found[3] == "复印件份数"


@pytest.mark.parametrize(
    "file", [b"", b"{", b"[]", b'{"items": 3, "materials": []}', b"\xff", b"[" * 100_000]
)
def test_of_what_can_not_be_read_nothing_is_told(file: bytes) -> None:
    fault = Finding(code="x", level="error", item=CODE, place="materials.a", reason="")  # type: ignore[arg-type]
    assert entries_of_refused(file, [fault]) == {}
