"""The rules that publishing obeys: of the county's policy, and of the lint."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from protocol.catalogue.findings import Finding

Entries = Mapping[str, bytes]
Check = Callable[[Entries, date], Sequence[Finding]]
"""What lint finds, by the rules of a day."""


def no_findings(_: Entries, __: date) -> Sequence[Finding]:
    """A check that finds nothing."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """What the county asks of whoever publishes; each is read anew every time."""

    check: Check = no_findings
    second_person: Callable[[], bool] = lambda: False  # whether the policy asks for one
    review_days: Callable[[], int] = lambda: 3  # a draft may wait before somebody is told
