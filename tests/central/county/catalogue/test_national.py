"""The library's years, as the calendar knows them."""

from datetime import date

from central.county.catalogue.national import national_calendar
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR


def test_the_library_arranges_2026_as_the_notice_does() -> None:
    national = national_calendar(2026)
    of_2026 = {
        kind: {day: name for day, name in days.items() if day.year == 2026}
        for kind, days in (("off", national.off), ("work", national.work))
    }
    assert of_2026 == {
        "off": {day: name for day, name in CALENDAR.off.items() if day.year == 2026},
        "work": {day: name for day, name in CALENDAR.work.items() if day.year == 2026},
    }


def test_years_before_the_last_one_are_left_out_and_later_ones_unknown() -> None:
    national = national_calendar(2026)
    assert min(national.off).year == 2025
    assert not national_calendar(2090).day(date(2090, 1, 4)).known
