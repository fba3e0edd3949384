"""Dates are read as people type them, and nothing else is."""

from datetime import UTC, date, datetime

import pytest

from protocol.catalogue.calendars.dates import read_date, read_moment
from protocol.trust.schedule import CHINA

DAY = date(2026, 2, 13)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-13",
        "2026/2/13",
        "2026.2.13",
        "2026年2月13日",
        "20260213",
        "２０２６－２－１３",
        " 2026-2-13 ",
    ],
)
def test_a_date_is_read_as_people_write_it(text: str) -> None:
    assert read_date(text) == DAY
    assert read_moment(text, zone=CHINA) == DAY


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-02-13T10:30", 10),
        ("2026-02-13 10：30", 10),
        ("2026-02-13T10:30Z", 18),
        ("2026-02-13T10:30+0800", 10),
        ("2026-02-13T10:30-01:00", 19),
    ],
)
def test_a_time_of_day_is_turned_into_the_zone(text: str, hour: int) -> None:
    assert read_moment(text, zone=CHINA) == datetime(2026, 2, 13, hour, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    ["", "今天", "2026-02-30", "26-2-13", "2026-02-13T24:00", "2026-02-13T10:30+25:00",
     "0000-01-01", "2026-02-13T10:30:61", "9999-12-31T23:00-12:00", "١٢٣٤-01-01"],
)  # fmt: skip
def test_what_is_no_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="不是日期或时间"):
        read_moment(text, zone=CHINA)


def test_a_time_of_day_is_no_date() -> None:
    with pytest.raises(ValueError, match="不是日期"):
        read_date("2026-02-13T10:30")
    assert read_moment("2026-02-13T10:30Z", zone=UTC) == datetime(2026, 2, 13, 10, 30)  # noqa: DTZ001
