"""The next 60 days in whole weeks, as they are and as they would be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from central.county.catalogue.pages.views.months import lunar_words

DAYS_AHEAD = 60
_WEEK = 7
Words = tuple[str, str]  # a mark, and a name; both empty: nothing
Said = Callable[[date], Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadDay:
    """One day of the grid."""

    date: date
    inside: bool  # of the 60
    lunar: str
    names_month: bool  # the first, and the first of a month
    was: Words  # what is said of it now
    now: Words  # what would be

    @property
    def stands_out(self) -> bool:
        """Whether nobody works, or a market is held."""
        return self.inside and self.now[0] in ("休", "圩")

    @property
    def is_changed(self) -> bool:
        """Whether something else would be said of it."""
        return self.inside and self.was != self.now


def weeks_ahead(today: date, was: Said, now: Said) -> Sequence[Sequence[AheadDay]]:
    """The 60 days from ``today`` on, from the Monday before them."""
    start = today - timedelta(today.weekday())
    count = -(-(DAYS_AHEAD + today.weekday()) // _WEEK)
    last = today + timedelta(DAYS_AHEAD)
    days = [start + timedelta(n) for n in range(count * _WEEK)]
    made = [
        AheadDay(
            date=day,
            inside=today <= day < last,
            lunar=lunar_words(day),
            names_month=day == today or day.day == 1,
            was=was(day),
            now=now(day),
        )
        for day in days
    ]
    return [made[at : at + _WEEK] for at in range(0, len(made), _WEEK)]
