"""What the catalogue asks a person to see to, as ``status`` says it."""

import json
from pathlib import Path

from central.county.catalogue.alarms import CALENDAR_ENDS
from tests.central.county.catalogue.conftest import LONGZHOU, Ask

_FAR = {
    str(year): {"off": {"01-01": "元旦"}} for year in range(2024, 2044)
}  # beyond whatever day it is


def alarms(ask: Ask) -> dict[str, str]:
    return {one["code"]: one["words"] for one in ask("status")["alarms"]}


def published_with(ask: Ask, file: Path, calendar: object) -> None:
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    file.write_text(json.dumps(catalogue | {"calendar": calendar}), "utf-8")
    ask("publish", str(file))


def test_days_that_run_out_are_told_until_the_catalogue_has_more(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    assert CALENDAR_ENDS not in alarms(ask)  # without a catalogue nothing is counted
    published_with(ask, file, {"years": _FAR})
    assert CALENDAR_ENDS not in alarms(ask)


def test_a_long_limit_needs_more_days_than_are_known(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8"))
    catalogue["items"][0]["limits"] = {"legal": "4000d", "promised": "5wd"}
    years = dict(list(_FAR.items())[:10])
    file.write_text(json.dumps(catalogue | {"calendar": {"years": years}}), "utf-8")
    ask("publish", str(file))
    words = alarms(ask)[CALENDAR_ENDS]
    assert "只到 2033-12-31" in words
    assert "不足 60 天" in words
