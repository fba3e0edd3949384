"""The working days of the country, as the State Council arranges them each year.

The library has one release each November, with the next year. A year that it does not have is
left out: what falls into it is provisional until the library is renewed and the catalogue
published again.

Source: docs/calendars.md.
"""

from datetime import date
from functools import lru_cache

from protocol.catalogue.calendars.workdays import Calendar

_CHINESE = {
    "new_years_day": "元旦",
    "spring_festival": "春节",
    "tomb_sweeping_day": "清明节",
    "labour_day": "劳动节",
    "dragon_boat_festival": "端午节",
    "national_day": "国庆节",
    "mid_autumn_festival": "中秋节",
}


@lru_cache(maxsize=4)
def national_calendar(year: int) -> Calendar:
    """The arrangements from the year before ``year`` on, as far as they are known."""
    from chinese_calendar import Holiday, holidays, workdays

    names = {holiday.value: _CHINESE.get(holiday.name, holiday.value) for holiday in Holiday}

    def named(days: dict[date, str]) -> dict[date, str]:
        return {day: names[name] for day, name in days.items() if day.year >= year - 1}

    off, work = named(holidays), named(workdays)
    return Calendar(years=frozenset(day.year for day in off), off=off, work=work)
