"""The alarm rings while there is still time to get the next year's arrangement."""

from datetime import date

import pytest

from protocol.catalogue.calendars.due import Limit, Unit, read_limit
from protocol.catalogue.calendars.horizon import MIN_DAYS_AHEAD, horizon
from protocol.catalogue.calendars.workdays import Calendar
from tests.protocol.catalogue.calendars.year_2026 import CALENDAR


@pytest.mark.parametrize(
    ("day", "near"), [("2026-10-31", False), ("2026-11-01", False), ("2026-11-02", True)]
)
def test_without_limits_sixty_days_must_lie_ahead(day: str, *, near: bool) -> None:
    found = horizon(CALENDAR, date.fromisoformat(day), ())
    assert (found.ends, found.needed) == (date(2026, 12, 31), date.fromisoformat(day))
    assert found.is_near is near


def test_the_longest_limit_counts_whatever_its_unit() -> None:
    limits = [read_limit(text) for text in ("5wd", "48h", "90d", "20wd")]
    found = horizon(CALENDAR, date(2026, 8, 1), limits)
    assert found.needed == date(2026, 10, 30)
    assert not found.is_near
    later = horizon(CALENDAR, date(2026, 8, 10), limits)
    assert later.needed == date(2026, 11, 9)
    assert later.is_near


def test_years_count_up_to_the_first_that_is_missing() -> None:
    three = Calendar(years=frozenset({2026, 2027, 2029}))
    assert horizon(three, date(2026, 12, 1), ()).ends == date(2027, 12, 31)
    assert not horizon(three, date(2026, 12, 1), ()).is_near


def test_a_year_that_is_not_known_at_all_is_told() -> None:
    found = horizon(CALENDAR, date(2027, 1, 1), [Limit(count=1, unit=Unit.DAYS)])
    assert found.ends is None
    assert found.is_near
    assert found.needed == date(2027, 1, 4)


def test_beyond_the_data_the_later_guess_counts() -> None:
    found = horizon(CALENDAR, date(2026, 12, 28), [read_limit("5wd")])
    assert found.needed == date(2027, 1, 5)


def test_the_number_is_the_one_in_the_documents() -> None:
    assert MIN_DAYS_AHEAD == 60
