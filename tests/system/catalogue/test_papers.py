"""Papers in groups, through real programs: the station asks, the county checks the same."""

import json
from pathlib import Path

import pytest

from examples.sandbox import CommandError
from tests.system.conftest import LONGZHOU, Township, sample_application

pytestmark = pytest.mark.system

PENSION = "451423-003"


async def test_one_paper_of_a_group_is_enough_and_none_is_refused_by_its_name(
    township: Township, tmp_path: Path
) -> None:
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    (item,) = (one for one in catalogue["items"] if one["id"] == PENSION)
    (group,) = (one for one in item["materials"] if one.get("group") == "payment-card")
    group["attach"] = "required"
    strict = tmp_path / "strict.json"
    strict.write_text(json.dumps(catalogue, ensure_ascii=False), "utf-8")
    await township.open()
    box, (station,) = township.sandbox, township.stations
    await township.publish(strict)
    form = tmp_path / "form.json"
    form.write_text(json.dumps(sample_application(2)["form"], ensure_ascii=False), "utf-8")
    scan = tmp_path / "card.jpg"
    scan.write_bytes(b"a scan of a card")
    asked = ("submit", "--item", PENSION, "--form", form)
    with pytest.raises(CommandError) as caught:
        await box.run("yizhan-station", *asked[:1], station.data, *asked[1:])
    assert "[intake.material-missing]" in caught.value.stderr
    assert "收款账户（任选其一：社会保障卡 social-security-card、银行卡 bank-card）" in (
        caught.value.stderr
    )
    assert (await township.status(station))["applications"] == []
    answer = await box.ask(station, *asked, "--attach", f"银行卡={scan}")
    await township.reaches(station, answer["application"], "complete")
    (case,) = await township.cases()
    assert [one["name"] for one in case["attachments"]] == ["card.jpg"]


async def test_a_change_in_the_library_reaches_the_station_alone_and_the_old_one_still_counts(
    township: Township, tmp_path: Path
) -> None:
    await township.open()
    box, (station,) = township.sandbox, township.stations
    first = await township.submit(station, 2)
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    catalogue["materials"]["bank-card"]["name"] = "存折或银行卡"
    renamed = tmp_path / "renamed.json"
    renamed.write_text(json.dumps(catalogue, ensure_ascii=False), "utf-8")
    await township.publish(renamed)
    shown = await box.ask(station, "item", PENSION, "--json")
    assert "存折或银行卡" in [one["name"] for one in shown["materials"]]
    assert shown["here"]["place"].startswith("金龙镇")
    await township.reaches(station, first, "received", "complete")
    (case,) = await township.cases()
    assert case["item"] == PENSION
