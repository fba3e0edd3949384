"""Items out of a release: with the library as it is there, and as far as they are understood."""

import json
from typing import Any

import pytest

from protocol.catalogue.findings import Level
from protocol.catalogue.items.entries import catalogue_entries, check_catalogue
from protocol.catalogue.items.local import Narrowed
from protocol.catalogue.items.release import markets_of, narrowed_at, parse_item, read_item
from protocol.catalogue.items.uses import used_by
from protocol.errors import CatalogueError, ItemUnknownError, NeedsNewerError
from protocol.trust.edition import changes
from tests.protocol.catalogue.items.catalogues import (
    Json,
    as_the_file_says,
    file_of,
    make_full_item,
    make_item,
    make_library,
)


def test_an_item_out_of_a_release_is_the_one_of_the_file() -> None:
    checked = check_catalogue(file_of(make_full_item()))
    assert checked.errors == ()
    found = read_item(checked.entries, "451423-001")
    for one in ("papers", "limits", "flow", "questions", "publicity", "examples", "owner"):
        assert getattr(found, one) == getattr(as_the_file_says(make_full_item()), one)


def test_a_change_in_the_library_changes_every_item_and_no_entry_of_one() -> None:
    library = make_library()
    old = catalogue_entries(file_of(make_item(), make_item(id="b")))
    library["id-card"] = {"name": "居民身份证（二代）"}
    new = catalogue_entries(file_of(make_item(), make_item(id="b"), materials=library))
    assert {key for key in new if new[key] != old[key]} == {"@m.id-card"}
    assert len(changes(old, new)) < 100
    for code in ("451423-001", "b"):
        (material,) = read_item(new, code).materials
        assert (material.name, material.hint) == ("居民身份证（二代）", "")


def test_what_an_item_needs_beside_its_own_entry_is_enough_to_read_it() -> None:
    entries = catalogue_entries(file_of(make_full_item()))
    entry = entries["451423-001"]
    needed = {name: entries[name] for name in used_by(entry)}
    assert set(needed) == {
        "@m.id-card",
        "@m.social-card",
        "@m.bank-card",
        "@m.loss-report",
        "@m.register",
    }
    assert parse_item(entry, needed).papers == read_item(entries, "451423-001").papers
    with pytest.raises(CatalogueError, match=r"materials\[0\]\.use"):
        parse_item(entry, {})


def newer(**changed: Any) -> bytes:
    return json.dumps(make_item(**changed)).encode()


def test_what_a_newer_program_wrote_is_passed_over_where_nothing_acts_on_it() -> None:
    entries = catalogue_entries(file_of(make_item()))
    item = parse_item(
        newer(flow=[{"id": "a", "kind": "lottery", "name": "摇号"}], mode="云办", urgent=True),
        entries,
    )
    assert (item.flow, item.mode, item.urgent) == ((), None, True)
    material = {"id": "a", "name": "证", "colour": "red"}
    assert parse_item(newer(materials=[material]), entries).material("a") is not None


def test_what_is_acted_on_has_to_be_understood() -> None:
    entries = catalogue_entries(file_of(make_item()))
    with pytest.raises(CatalogueError):
        parse_item(newer(materials=[{"id": "a", "name": "证", "attach": "twice"}]), entries)
    with pytest.raises(CatalogueError):
        parse_item(newer(urgent="very"), entries)
    with pytest.raises(NeedsNewerError):
        parse_item(newer(must=["lottery"], lottery=1), entries)


@pytest.mark.parametrize("code", ["@about", "@m.id-card"])
def test_what_is_said_of_the_whole_catalogue_is_no_item(code: str) -> None:
    with pytest.raises(ItemUnknownError):
        read_item(catalogue_entries(file_of(make_item(), title="目录")), code)


TOWN: Json = {
    "place": "金龙镇便民服务中心",
    "time": "8:30—12:00",
    "items": {"451423-001": {"contact": "0771-8830001", "market_day": True}},
}
MARKETS = {"451423103": [{"cal": "solar", "tail": [3, 8]}]}


def test_a_township_narrows_and_a_village_more() -> None:
    village = {"place": "横罗村委会"}
    entries = catalogue_entries(
        file_of(
            make_item(),
            make_item(id="b"),
            local={"451423103": TOWN, "451423103201": village},
            market_days=MARKETS,
        )
    )
    town: Json = {"place": "金龙镇便民服务中心", "time": "8:30—12:00"}
    only: Json = {"contact": "0771-8830001", "market_day": True}
    for code in ("451423103", "451423103000"):
        assert narrowed_at(entries, code, "b") == Narrowed(**town)
        assert narrowed_at(entries, code, "451423-001") == Narrowed(**town, **only)
    at_village = town | only | village
    assert narrowed_at(entries, "451423103201", "451423-001") == Narrowed(**at_village)
    assert narrowed_at(entries, "451423104201", "451423-001") == Narrowed()
    assert len(markets_of(entries, "451423103201")) == 1


@pytest.mark.parametrize(
    ("where", "town"),
    [
        ("local.451423103.materials", {"materials": [{"id": "a", "name": "户籍证明"}]}),
        ("local.451423103.fee_rules", {"fee_rules": []}),
        ("local.451423103.items.451423-001.schema", {"items": {"451423-001": {"schema": {}}}}),
        ("local.451423103.colour", {"colour": "red"}),
        ("local.451423103.limits", {"limits": {"promised": "1wd"}}),
        ("local.451423103", {"market_day": True}),
        ("local.451423103", {"items": {"451423-001": {"market_day": True}}}),
        ("local.45142310", None),
    ],
)
def test_a_township_never_adds_anything(where: str, town: Json | None) -> None:
    local = {"45142310": {}} if town is None else {"451423103": town}
    checked = check_catalogue(file_of(make_item(), local=local))
    assert [one.where for one in checked.errors] == [where]


def test_at_a_village_its_township_s_market_days_count() -> None:
    local = {"451423103201": {"market_day": True}}
    checked = check_catalogue(file_of(make_item(), local=local, market_days=MARKETS))
    assert checked.errors == ()
    other = check_catalogue(
        file_of(make_item(), local={"451423104201": {"market_day": True}}, market_days=MARKETS)
    )
    assert [one.where for one in other.errors] == ["local.451423104201"]


def test_words_for_one_item_come_before_those_for_all() -> None:
    town = {"contact": "0771-8830000", "items": {"451423-001": {"contact": "0771-8830001"}}}
    entries = catalogue_entries(file_of(make_item(), local={"451423103": town}))
    assert narrowed_at(entries, "451423103", "451423-001").contact == "0771-8830001"
    assert narrowed_at(entries, "451423103", "b").contact == "0771-8830000"


def test_a_township_may_name_an_item_that_is_not_there_yet() -> None:
    local = {"451423103": {"items": {"451423-009": {"place": "大厅"}}}}
    checked = check_catalogue(file_of(make_item(), local=local))
    assert [(one.level, one.where) for one in checked.findings] == [
        (Level.WARNING, "local.451423103.items.451423-009")
    ]
    assert narrowed_at(checked.entries, "451423103", "451423-009").place == "大厅"
