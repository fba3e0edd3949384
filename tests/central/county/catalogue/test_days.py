"""``due`` and ``market-days`` by the calendar of the published release, whoever answers."""

import json
from pathlib import Path

import pytest

from tests.central.county.catalogue.conftest import LONGZHOU, Ask


def test_a_limit_skips_the_holidays_of_country_and_county(published: Ask) -> None:
    found = published("due", "--from", "2026-04-17", "--limit", "2wd")
    assert (found["due"], found["latest"], found["provisional"]) == (
        "2026-04-22",
        "2026-04-22",
        False,
    )
    assert found["why"] == [
        "2026-04-17 周五：起算日，不计",
        "2026-04-18 周六：不计",
        "2026-04-19 周日，三月三：不计",
        "2026-04-20 周一，三月三：不计",
        "2026-04-21 周二：第1个工作日",
        "2026-04-22 周三：第2个工作日",
    ]
    hours = published("due", "--from", "2026-02-16T10:30", "--limit", "48h")
    assert hours["due"] == "2026-02-18T10:30"


@pytest.mark.parametrize(
    "start", ["2026/4/17", "2026年4月17日", "２０２６－０４－１７", "20260417"]
)
def test_a_date_is_read_as_people_write_it(published: Ask, start: str) -> None:
    assert published("due", "--from", start, "--limit", "2 个工作日")["due"] == "2026-04-22"


def test_market_days_of_a_village_are_those_of_its_township(published: Ask) -> None:
    asked = ("--from", "2026-12-01", "--days", "14")
    found = published("market-days", "--code", "451423100", *asked)
    assert found["rules"] == ["农历逢3、6、9"]
    assert found["dates"] == ["2026-12-01", "2026-12-04", "2026-12-07", "2026-12-11", "2026-12-14"]
    assert found["why"][0] == "周二，农历10月23日，酉（鸡）日"
    village = published("market-days", "--code", "451423100201", *asked)
    assert village["dates"] == found["dates"]


def test_before_the_first_release_the_countrys_arrangement_counts(ask: Ask) -> None:
    found = ask("due", "--from", "2026-09-30", "--limit", "3wd")
    assert (found["due"], found["provisional"]) == ("2026-10-10", False)


def test_a_time_with_a_zone_is_turned_into_the_countys(ask: Ask) -> None:
    found = ask("due", "--from", "2026-03-01T23:30:00+00:00", "--limit", "1h")
    assert found["due"] == "2026-03-02T08:30"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("due", "--from", "今天", "--limit", "5wd"), "--from"),
        (("due", "--from", "2026-02-30", "--limit", "5wd"), "--from"),
        (("due", "--from", "2026-02-13", "--limit", "五天"), "--limit"),
        (("due", "--from", "2026-02-13", "--limit", "0wd"), "--limit"),
        (("due", "--from", "9999-12-30", "--limit", "5wd"), "--from 9999-12-30：届满日超出"),
        (("due", "--from", "2101-01-27", "--limit", "5wd"), "--from 2101-01-27：届满日超出"),
        (("market-days", "--code", "451423100", "--from", "2026-12-01"), "--code"),
        (("due", "--from", "2026-02-13T25:00", "--limit", "5wd"), "不是日期或时间"),
        (("market-days", "--code", "45142310", "--from", "2026-12-01"), "9 位或 12 位"),
        (("market-days", "--code", "龙州镇", "--from", "2026-12-01"), "9 位或 12 位"),
        (("market-days", "--code", "451423100", "--from", "2026-12-01"), "还没有发布目录"),
        (("market-days", "--code", "4", "--from", "2026-12-01", "--days", "0"), "--days"),
        (("market-days", "--code", "4", "--from", "2026-12-01", "--days", "1001"), "--days"),
    ],
)
def test_what_can_not_be_answered_is_refused_in_words(
    ask: Ask, arguments: tuple[str, ...], words: str
) -> None:
    refused = ask(*arguments, code=2)
    assert refused["code"] == "usage"
    assert words in refused["words"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("calendar", {"local": {"2026-02-30": "三月三"}}, "calendar.local"),
        ("market_days", {"451423100": [{"cal": "moon"}]}, "market_days.451423100[0]"),
        ("market_days", {"龙州镇": [{"cal": "daily"}]}, "market_days.龙州镇"),
        ("market_days", {"451423100": []}, "market_days.451423100：应是 1 到 5 条"),
        (
            "market_days",
            {"451423100": [{"cal": "daily"}] * 6},
            "market_days.451423100：应是 1 到 5 条",
        ),
        ("market_days", [], "market_days：应是一组栏目"),
    ],
)
def test_a_faulty_calendar_publishes_nothing_and_is_named(
    ask: Ask, tmp_path: Path, key: str, value: object, words: str
) -> None:
    catalogue = json.loads((LONGZHOU / "catalogue.json").read_text("utf-8")) | {key: value}
    faulty = tmp_path / "faulty.json"
    faulty.write_text(json.dumps(catalogue), "utf-8")
    refused = ask("publish", str(faulty), code=3)
    assert refused["code"] == "catalogue.invalid"
    assert words in refused["words"]
    assert ask("publish", str(LONGZHOU / "catalogue.json")) == {"release": 1}
