"""An alias is added in an Excel table, published, and the village finds the item by it."""

from pathlib import Path

import pytest

from examples.sandbox import CommandError
from tests.system.conftest import Township

pytestmark = pytest.mark.system

PENSION = "451423-001"


async def test_an_alias_from_a_table_is_found_at_the_village(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    box, county, (station,) = township.sandbox, township.county, township.stations
    assert PENSION in [
        one["item"] for one in (await box.ask(station, "items", "yl", "--json"))["items"]
    ]
    sheets = tmp_path / "sheets"
    await box.run("yizhan-county", "catalogue", "export", county.data, "--to", sheets)
    items = sheets / "事项.csv"
    name = "城乡居民基本养老保险参保登记"
    text = items.read_text("utf-8")
    assert f"{name}," in text or f'{name}"' in text
    row = next(line for line in text.splitlines() if line.startswith(f"{PENSION},"))
    items.write_text(text.replace(row, row.replace(name, f"{name}犇", 1)), "utf-8")
    released = await township.publish(sheets)
    for query in (f"{name}犇", "dengjiben", "犇"):
        found = await box.ask(station, "items", "--find", query, "--json")
        assert found["release"] == released
        assert [one["item"] for one in found["items"]] == [PENSION]


async def test_a_table_with_a_fault_leaves_the_village_with_what_it_has(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    box, county, (station,) = township.sandbox, township.county, township.stations
    before = (await box.ask(station, "items", "--json"))["release"]
    sheets = tmp_path / "sheets"
    await box.run("yizhan-county", "catalogue", "export", county.data, "--to", sheets)
    papers = sheets / "材料.csv"
    papers.write_bytes(papers.read_bytes().replace(PENSION.encode(), b"4.51E+17", 1))
    with pytest.raises(CommandError) as caught:
        await box.run("yizhan-county", "publish", county.data, sheets)
    assert "材料!A2" in caught.value.stderr
    assert "4.51E+17" in caught.value.stderr
    assert "[catalogue.invalid]" in caught.value.stderr
    await box.run("yizhan-station", "exchange", station.data)
    assert (await box.ask(station, "items", "--json"))["release"] == before
