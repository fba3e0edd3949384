"""What is known of all applications while the desk is open: in memory, and gone with the lock.

Nothing of it ever changes once it is saved, so the index only grows: each look reads what was
added since. Names are opened when somebody first looks for one, and of the newest alone.

Source: docs/operations.md, "The desk".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from protocol.ids import ApplicationId
from protocol.text import person_name
from protocol.trust.schedule import local_time
from station_agent.store.applications import ApplicationState
from station_agent.store.listing import Added
from station_agent.store.vault import OpenVault

MAX_NAMES = 20_000  # that are kept open: the newest; 48 microseconds and 100 bytes each


_MONTH_CHARS = 7  # 2026-11


class Entry(NamedTuple):
    """One application."""

    position: int  # in the order in which they were saved
    application: ApplicationId
    item: str
    month: str  # in which it was saved: 2026-11, Beijing
    applicant: bytes | None  # sealed


@dataclass(slots=True)
class ApplicationIndex:
    """Of one station; kept with the logins that hold its vault open."""

    entries: list[Entry] = field(default_factory=list)  # in the order in which they were saved
    months: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)  # of their items
    writes: int = -1  # of the database, when these were read:
    states: Mapping[int, ApplicationState] = field(default_factory=dict)  # by position; not SAVED
    counts: Mapping[ApplicationState, int] = field(default_factory=dict)
    unnoted: Sequence[int] = ()  # with a notice that no clerk has read
    replaced: Sequence[int] = ()  # that a later version has corrected or replaced
    release: int = -1  # whose names of items these are:
    items: Mapping[str, str] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict, repr=False)  # by position
    _named: int = 0  # position up to which names were opened

    @property
    def last(self) -> int:
        """Position of the newest."""
        return self.entries[-1].position if self.entries else 0

    def extend(self, added: Iterable[Added]) -> None:
        """These were saved since; two looks at once may have read the same."""
        last = self.last
        entries = [_entry(one) for one in added if one.position > last]
        self.entries += entries
        self.months |= {one.month for one in entries}
        self.codes |= {one.item for one in entries if one.item}

    def note_states(self, states: Mapping[int, ApplicationState], writes: int) -> None:
        """How far each has got after so many writes; those that are left out are SAVED."""
        counts = Counter(states.values())
        counts[ApplicationState.SAVED] += len(self.entries) - len(states)
        self.states, self.counts, self.writes = states, counts, writes

    def open_names(self, vault: OpenVault) -> None:
        """Open the names that were not yet; not for the event loop: the first time takes 0.5 s."""
        for one in self.entries[-MAX_NAMES:]:
            if one.position > self._named:
                name = vault.applicant(one.application, one.applicant)
                self._names[one.position] = (name or "").casefold()
        self._named = self.last
        for position in list(self._names)[:-MAX_NAMES]:
            del self._names[position]

    def is_called(self, position: int, part: str) -> bool:
        """Whether the applicant's name holds ``part``, as :func:`sought` says it."""
        return part in self._names.get(position, "")


def sought(text: str) -> str:
    """A part of a name as it is compared."""
    return person_name(text).casefold()


def _entry(one: Added) -> Entry:
    month = local_time(one.saved_ms).date().isoformat()[:_MONTH_CHARS]
    return Entry(one.position, one.application, one.item, month, one.applicant)
