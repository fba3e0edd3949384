"""What can be asked about ratings, and what is told.

Source: docs/operations.md, "Ratings".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.errors import UsageError
from protocol.records.followups import Rating, Said
from runtime.control.calls import Call
from station_agent.followups.calls import FollowUpSent


@dataclass(frozen=True, slots=True, kw_only=True)
class RateApplication:
    """The citizen rates, once for each application."""

    application: str  # id, case number or the citizen's number
    said: Said = field(repr=False)  # a Rating, by the clerk who turned the page to them

    def __post_init__(self) -> None:
        """Raise UsageError if it is something else."""
        if not isinstance(self.said.subject, Rating):
            raise UsageError("rate: rating")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRatings:
    """Sums of this station's ratings."""

    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingSums:
    """Never of fewer than five: who knows a sum before and after one rating knows that rating."""

    counted: int  # ratings in the sums: a multiple of five, the oldest ones
    levels: Mapping[str, int]  # by level, 5 to 1; empty while there are fewer than five
    kept_back: int  # that have come since, too few to be shown
    unrated: int  # applications with a decision that nobody has rated: they count for nothing


RATE = Call("rate", RateApplication, FollowUpSent)
RATINGS = Call("ratings", ShowRatings, RatingSums, reads=True)
