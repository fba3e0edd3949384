"""Two pages that fill in one draft at once: the second save covers nothing, and is not lost.

A page says what it has seen last and which page it is. What it sends is set aside if another page
has saved something else since; whoever looks at both then settles it.

Source: docs/operations.md, "Drafts".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


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


class Kept(Protocol):
    """What a draft says now."""

    @property
    def texts(self) -> Mapping[str, str]:
        """By the names of their fields."""
        ...

    @property
    def tab(self) -> str:
        """The open page that saved last."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a draft said before it is saved; of a new one nothing."""

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    tab: str = ""
    saved_ms: int = 0


def would_cover(seen: Seen | None, saved_ms: int, kept: Kept, texts: Mapping[str, str]) -> bool:
    """Whether saving these would cover what another page has saved since its own has looked.

    Args:
        seen: what the page knows; None: it covers whatever is there.
        saved_ms: when the draft was saved last.
    """
    if seen is None or seen.saved_ms == saved_ms or seen.page == kept.tab:
        return False
    return bool(differing(kept.texts, texts))
