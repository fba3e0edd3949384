"""What each day is; and what a calendar that is none gets."""

from datetime import date

import pytest

from protocol.catalogue.calendars.workdays import calendar_entry, read_calendar, usual_holiday
from protocol.catalogue.fields import faults_of
from protocol.errors import CatalogueError
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR, RAW


def test_days_of_each_kind() -> None:
    told = {
        text: CALENDAR.day(date.fromisoformat(text))
        for text in ("2026-02-14", "2026-02-16", "2026-03-01", "2026-03-02", "2027-01-01")
    }
    assert [(day.works, day.name, day.known) for day in told.values()] == [
        (True, "春节调休上班", True),
        (False, "春节", True),
        (False, "周日", True),
        (True, "", True),
        (True, "", False),
    ]


def test_an_unknown_year_is_guessed_off_where_holidays_usually_are() -> None:
    day = CALENDAR.day(date(2027, 2, 8), guess_off=True)  # the third day of the year of the goat
    assert (day.works, day.name, day.known) == (False, "春节（估计）", False)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2027-01-03", "元旦"),
        ("2027-01-04", ""),
        ("2027-02-05", "春节"),
        ("2027-02-04", ""),
        ("2027-02-13", "春节"),
        ("2027-02-14", ""),
        ("2027-04-05", "清明节"),
        ("2027-06-08", "端午节"),
        ("2027-06-10", "端午节"),
        ("2027-06-11", ""),
        ("2027-09-15", "中秋节"),
        ("2027-10-08", "国庆节"),
        ("2027-10-09", ""),
    ],
)
def test_usual_holidays(day: str, name: str) -> None:
    assert usual_holiday(date.fromisoformat(day)) == name


def test_of_two_calendars_the_second_has_its_years_for_itself_and_adds_its_own_days() -> None:
    country = read_calendar(
        {
            "years": {
                "2026": {"off": {"02-16": "春节"}, "work": {"02-14": "春节"}},
                "2027": {"off": {"02-08": "春节"}, "work": {"02-20": "春节"}},
            },
            "local": {"2026-04-19": "三月三"},
        }
    )
    county = read_calendar(
        {
            "years": {"2027": {"off": {"02-09": "春节"}, "work": {"02-28": "春节"}}},
            "local": {"2027-04-08": "三月三"},
        }
    )
    both = country | county
    assert both.years == {2026, 2027}
    assert both.off == {date(2026, 2, 16): "春节", date(2027, 2, 9): "春节"}
    assert both.work == {date(2026, 2, 14): "春节", date(2027, 2, 28): "春节"}
    assert both.local == {date(2026, 4, 19): "三月三", date(2027, 4, 8): "三月三"}


def test_a_calendar_is_read_as_it_was_written() -> None:
    assert read_calendar(calendar_entry(CALENDAR)) == CALENDAR


YEARS = ("二", "27", "9999", "1999", "２０２６", "2026 ", "02026")
NAMES = ("", " ", " 春节", "春节\n", "\u202e春节", "长" * 31)
DAYS = ("20260203", "2026-W06-2", "2026/02/03", "２０２６-02-03", "2026-02-30")
OFF = {"off": {"02-03": "春节"}}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ([], "calendar: 应是一组栏目"),
        ({"year": {}}, "没有“year”"),
        ({"years": {"2026": {"of": {}}}}, "没有“of”"),
        ({"years": {"2026": {"off": {"02-30": "春节"}}}}, "calendar.years.2026.off.02-30: “02-30”"),
        ({"years": {"2026": {"off": {"02-03": ""}}}}, "1 到 30 个看得见的字"),
        ({"years": {"2026": {"off": {"02-03": "长" * 31}}}}, "1 到 30 个看得见的字"),
        *(({"years": {year: {"off": {"02-03": "春节"}}}}, "2000 到 2099 的年份") for year in YEARS),
        ({"years": {"2027": {}}}, "公布放假安排后再写"),
        ({"years": {"2027": {"off": {}}}}, "公布放假安排后再写"),
        ({"years": {"2027": {"work": {"02-03": "春节"}}}}, "公布放假安排后再写"),
        *(({"local": {"2026-02-03": name}}, "看得见的字") for name in NAMES),
        *(({"local": {day: "三月三"}}, "不是日期") for day in DAYS),
        ({"local": {"03-03": "三月三"}}, "不是日期"),
        ({"years": {str(2000 + n): OFF for n in range(21)}}, "最多 20 项"),
        (
            {"years": {"2026": {"off": {"02-03": "春节"}, "work": {"02-03": "春节"}}}},
            "既写了放假，又写了上班",
        ),
    ],
)
def test_a_calendar_that_is_none_is_refused_by_its_place(raw: object, words: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_calendar(raw)
    assert words in str(caught.value)


def test_every_fault_of_a_calendar_is_named_at_once() -> None:
    raw = {
        "years": {
            "1999": {},
            "2026": {"off": {"02-30": "春节", "02-03": ""}, "work": {"13-01": "春"}, "of": {}},
            "2027": {"off": {"02-05": "春", "02-06": "春"}, "work": {"02-06": "春", "02-05": "春"}},
            "2028": {"work": {"01-01": " "}},
            "2029": 3,
        },
        "local": {"2026-4-19": "三月三", "2026-04-20": 5},
        "zone": "8",
    }
    with pytest.raises(CatalogueError) as caught:
        read_calendar(raw)
    assert [place for place, _ in faults_of(caught.value, "calendar")] == [
        "calendar",
        "calendar.years",
        "calendar.years.2026",
        *(f"calendar.years.2026.{one}" for one in ("off.02-30", "off.02-03", "work.13-01")),
        *("calendar.years.2027", "calendar.years.2027"),
        *("calendar.years.2028.work.01-01", "calendar.years.2028"),
        "calendar.years.2029",
        *("calendar.local.2026-4-19", "calendar.local.2026-04-20"),
    ]


def test_the_largest_are_taken() -> None:
    years: dict[str, object] = {str(2000 + n): OFF for n in range(20)}
    assert read_calendar(RAW | {"years": years}).years == frozenset(range(2000, 2020))
    named = {"years": {"2026": {"off": {"02-03": "长" * 30}}}}
    assert read_calendar(named).off == {date(2026, 2, 3): "长" * 30}
