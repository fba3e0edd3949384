"""Which sums of blocks a reader wants to see, and all of these together."""

from collections.abc import Sequence
from dataclasses import dataclass

from central.county.numbers.sums import Sum

MOST_CHARS = 60  # of what is searched for


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sums a reader wants to see; all of them unless a field says less."""

    text: str = ""  # in a name or an id
    kind: str = ""
    year: str = ""

    def fits(self, one: Sum) -> bool:
        """Whether this one is asked for."""
        return (
            (not self.text or self.text in one.name or self.text in one.station)
            and self.kind in ("", one.kind)
            and self.year in ("", str(one.year))
        )


def total_of(sums: Sequence[Sum]) -> dict[str, int]:
    """All of them together."""
    names = ("issued", "used", "voided", "remaining")
    return {name: sum(getattr(one, name) for one in sums) for name in names}
