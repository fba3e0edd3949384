"""Two pages that fill in one draft at once: the second save covers nothing, and is not lost.

A page says what it has seen last and which page it is. What it sends is set aside if another page
has saved something else since; whoever looks at both then settles it.

Source: docs/operations.md, "Drafts".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an open page knows of its draft."""

    page: str  # id of the open page
    saved_ms: int  # when the draft was saved last, as it knows; 0: never
    settles: bool = False  # the clerk has seen what was set aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What was sent and covers nothing."""

    clerk: str
    at_ms: int  # by the local clock
    texts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A field of which two pages say different things."""

    name: str  # people.1.name
    kept: str = field(repr=False)  # as it is in the draft
    aside: str = field(repr=False)


def differing(kept: Mapping[str, str], other: Mapping[str, str]) -> Sequence[Differing]:
    """Every such field."""
    return [
        Differing(name=name, kept=kept.get(name, ""), aside=other.get(name, ""))
        for name in dict.fromkeys([*kept, *other])
        if kept.get(name, "").strip() != other.get(name, "").strip()
    ]
