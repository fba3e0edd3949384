"""A catalogue file becomes a release as it stands, or is refused with the item's name."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue.calendars.workdays import read_calendar
from protocol.catalogue.items.entries import catalogue_entries
from protocol.catalogue.items.names import ABOUT, is_item
from protocol.catalogue.items.release import calendar_of, parse_item, read_item
from protocol.envelope.keys import new_signer
from protocol.errors import CatalogueError, ItemUnknownError, RollbackError, SignatureError
from protocol.limits import MAX_FILE_BYTES
from protocol.trust.edition import Edition, Kind, changes, make_head, sign_head
from protocol.trust.release import read_release
from tests.builders.chance import SeededRandomness

LONGZHOU = Path(__file__).parents[4] / "examples" / "longzhou" / "catalogue.json"
COUNTY = new_signer(SeededRandomness(20))
NOW_MS = 1_790_000_000_000


def make_item(**changed: Any) -> dict[str, Any]:
    item = {
        "id": "451423-001",
        "name": "居民最低生活保障金给付",
        "materials": [{"id": "id-card", "name": "居民身份证", "required": True}],
        "schema": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}},
        },
    }
    return item | changed


def file_of(*items: object, **about: Any) -> bytes:
    return json.dumps({**about, "items": list(items)}, ensure_ascii=False).encode()


def sign(version: int, entries: dict[str, bytes]) -> bytes:
    return sign_head(COUNTY, make_head(Kind.RELEASE, version, entries, NOW_MS))


def test_items_stand_in_a_release_under_their_codes() -> None:
    entries = catalogue_entries(file_of(make_item(), make_item(id="b"), title="目录"))
    assert list(entries) == [ABOUT, "451423-001", "b"]
    assert json.loads(entries[ABOUT]) == {"title": "目录"}
    assert json.loads(entries["b"]) == make_item(id="b")


def test_an_item_says_what_the_programs_act_on() -> None:
    scan = {"id": "scan", "name": "申请表", "attach": "required", "max_bytes": 500}
    item = read_item(catalogue_entries(file_of(make_item(materials=[scan]))), "451423-001")
    assert (item.id, item.name) == ("451423-001", "居民最低生活保障金给付")
    material = item.material("scan")
    assert material == item.material("申请表")
    assert material is not None
    assert (material.must_attach, material.max_bytes) == (True, 500)
    assert item.material("other") is None


def test_an_electronic_copy_is_optional_and_of_any_size_unless_the_file_says_otherwise() -> None:
    (material,) = parse_item(json.dumps(make_item()).encode()).materials
    assert (material.must_attach, material.max_bytes) == (False, MAX_FILE_BYTES)


def test_a_year_of_the_file_comes_before_the_country_s() -> None:
    new_year = {"off": {"01-01": "元旦"}}
    country = read_calendar({"years": {"2026": new_year, "2027": new_year}})
    own = {"years": {"2027": {"off": {"01-04": "元旦"}}}, "local": {"2026-04-20": "三月三"}}
    found = calendar_of(catalogue_entries(file_of(make_item(), calendar=own), country))
    assert found.years == {2026, 2027}
    assert found.off == {date(2026, 1, 1): "元旦", date(2027, 1, 4): "元旦"}
    assert found.local == {date(2026, 4, 20): "三月三"}


def test_the_order_of_keys_in_the_file_makes_no_difference() -> None:
    turned = dict(reversed(make_item().items()))
    assert catalogue_entries(file_of(make_item())) == catalogue_entries(file_of(turned))


def test_other_facts_of_an_item_are_carried_as_they_are() -> None:
    raw = make_item(legal_days=3, fee=None, mode="代办")
    entry = catalogue_entries(file_of(raw))["451423-001"]
    assert json.loads(entry) == raw


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="no items"),
        pytest.param(b'{"items": {}}', id="items that are no list"),
        pytest.param(b'{"items": [], "items": []}', id="items twice"),
        pytest.param(b'{"items": [], "title": "\\ud800"}', id="text that can't be written"),
        pytest.param(b'{"items": [], "fee": 1e999}', id="a number that can't be written"),
        pytest.param(b"\xff\xfe", id="no UTF-8"),
        pytest.param(file_of(make_item(), make_item()), id="an item twice"),
        pytest.param(file_of("item"), id="an item that is no object"),
        pytest.param(file_of(make_item(id="")), id="no code"),
        pytest.param(file_of(make_item(id="事项")), id="a code in Chinese"),
        pytest.param(file_of(make_item(id="a" * 51)), id="a long code"),
        pytest.param(file_of(make_item(id="@about")), id="the code of the file's own facts"),
        pytest.param(file_of(make_item(id=7)), id="a number for a code"),
        pytest.param(file_of(make_item(name="")), id="no name"),
        pytest.param(file_of(make_item(name="长" * 101)), id="a long name"),
        pytest.param(file_of(make_item(materials=None)), id="no materials"),
        pytest.param(file_of(make_item(materials=["paper"])), id="a material that is no object"),
        pytest.param(file_of(make_item(materials=[{"id": "a"}])), id="a material without a name"),
        pytest.param(
            file_of(make_item(materials=[{"id": "a/b", "name": "x"}])), id="a material with a slash"
        ),
        pytest.param(
            file_of(make_item(materials=[{"id": "a", "name": "x"}] * 2)), id="a material twice"
        ),
        pytest.param(
            file_of(make_item(materials=[{"id": "a", "name": "x", "attach": "never"}])),
            id="another word for attach",
        ),
        pytest.param(
            file_of(make_item(materials=[{"id": "a", "name": "x", "max_bytes": 0}])),
            id="a file of nothing",
        ),
        pytest.param(
            file_of(make_item(materials=[{"id": "a", "name": "x", "max_bytes": True}])),
            id="a truth value for a size",
        ),
        pytest.param(
            file_of(make_item(materials=[{"id": "a", "name": "x", "max_bytes": 2**40}])),
            id="files beyond the limit",
        ),
        pytest.param(file_of(make_item(schema=None)), id="no schema"),
        pytest.param(file_of(make_item(schema={"type": "objekt"})), id="a schema that is none"),
        pytest.param(
            file_of(make_item(schema={"$ref": "https://example.org/x"})), id="a schema elsewhere"
        ),
        pytest.param(file_of(make_item(schema={"$ref": "#/$defs/x"})), id="a reference to nothing"),
        pytest.param(file_of(make_item(conditions="x" * 70_000)), id="an item that is too long"),
    ],
)
def test_a_file_with_any_fault_publishes_nothing(data: bytes) -> None:
    with pytest.raises(CatalogueError):
        catalogue_entries(data)


def test_the_refusal_names_the_item_and_the_reason() -> None:
    with pytest.raises(
        CatalogueError, match=r"b\.materials\[0\]\.attach：只能是 optional、required"
    ):
        catalogue_entries(
            file_of(make_item(id="b", materials=[{"id": "a", "name": "x", "attach": "never"}]))
        )


@given(st.binary(max_size=200))
def test_foreign_bytes_are_no_catalogue(data: bytes) -> None:
    with pytest.raises(CatalogueError):
        catalogue_entries(data)


def test_an_item_that_is_not_in_the_release_is_unknown() -> None:
    entries = catalogue_entries(file_of(make_item()))
    for code in ("451423-002", "", ABOUT):
        with pytest.raises(ItemUnknownError):
            read_item(entries, code)


def test_a_release_is_verified_and_grows_from_the_one_held() -> None:
    first = catalogue_entries(file_of(make_item()))
    second = catalogue_entries(file_of(make_item(), make_item(id="b")))
    public = COUNTY.public_bytes()
    held = read_release(public, sign(1, first), changes({}, first), base=0)
    newer = read_release(public, sign(2, second), changes(first, second), held, base=1)
    assert (newer.version, dict(newer.entries)) == (2, second)


def test_an_older_release_and_one_from_an_unknown_base_are_refused() -> None:
    entries = catalogue_entries(file_of(make_item()))
    public, proof = COUNTY.public_bytes(), sign(3, entries)
    held = read_release(public, proof, changes({}, entries), base=0)
    with pytest.raises(RollbackError):
        read_release(public, proof, changes({}, entries), held, base=0)
    with pytest.raises(RollbackError):
        read_release(public, sign(4, entries), changes({}, entries), held, base=2)
    with pytest.raises(RollbackError):
        read_release(public, proof, changes({}, entries), None, base=2)


def test_a_release_that_another_county_signed_is_refused() -> None:
    entries = catalogue_entries(file_of(make_item()))
    other = new_signer(SeededRandomness(21)).public_bytes()
    with pytest.raises(SignatureError):
        read_release(other, sign(1, entries), changes({}, entries), base=0)


def test_the_sample_county_publishes_all_its_items() -> None:
    data = LONGZHOU.read_bytes()
    entries = catalogue_entries(data)
    document = json.loads(data)
    assert sum(map(is_item, entries)) == len(document["items"]) == 72
    for raw in document["items"]:
        item = read_item(entries, raw["id"])
        asked = [one for paper in raw["materials"] for one in paper.get("one_of", [paper])]
        assert [m.id for m in item.materials] == [one["id"] for one in asked]


def test_one_changed_item_of_the_sample_costs_less_than_a_kilobyte_to_send() -> None:
    document = json.loads(LONGZHOU.read_bytes())
    old = catalogue_entries(json.dumps(document).encode())
    document["items"][5]["limits"]["promised"] = "29wd"
    new = catalogue_entries(json.dumps(document).encode())
    assert len(changes(old, new)) < 200
    edition = Edition(head=make_head(Kind.RELEASE, 1, old, NOW_MS), proof=b"", entries=old)
    assert edition.version == 1
