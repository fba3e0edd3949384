"""One entry of the audit record, and the chain that entries make.

::

    hash = SHA-256("yizhan/audit/1" || 0x00 || the entry's JSON in UTF-8)

Each entry names the hash of the one before it, so that none can be changed, added or taken out in
the middle without a trace.

Source: docs/operations.md, "The audit record".
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from protocol.errors import AuditBrokenError

_CONTEXT = b"yizhan/audit/1\x00"
FIRST = hashlib.sha256(_CONTEXT).hexdigest()  # stands before entry 1
PURGED = "audit.purge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody did, or tried."""

    number: int  # from 1
    at_ms: int
    actor: str  # account, or node id of a machine
    action: str  # stable, such as ``provision.add``
    subject: str = ""  # what it was done to
    outcome: str = ""  # ``begun``, ``done``, or the code of the refusal
    detail: Mapping[str, Any] = field(default_factory=dict)
    previous: str = FIRST  # hash of the entry before, hex

    def text(self) -> str:
        """The JSON that is stored and hashed."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self:
        """An entry from its JSON.

        Raises:
            AuditBrokenError: it is none.
        """
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError, RecursionError):
            raise AuditBrokenError(f"{text[:60]!r}") from None


def entry_hash(text: str) -> str:
    """The hash (hex) by which the next entry names this one."""
    return hashlib.sha256(_CONTEXT + text.encode()).hexdigest()


@dataclass(slots=True, kw_only=True)
class Chain:
    """What was read and found whole."""

    first: int = 0  # number of the oldest entry that is kept
    last: int = 0
    head: str = FIRST  # hash of the last

    def follow(self, texts: Iterable[str]) -> Iterator[Entry]:
        """Check entries in their order, and hand them on.

        The oldest may follow on a purge, which then must stand further down.

        Raises:
            AuditBrokenError: something was changed, added or taken out; the detail says where.
        """
        purged: tuple[int, str] | None = None
        for text in texts:
            entry = Entry.read(text)
            if not self.first:
                self.first = entry.number
                if entry.number > 1:
                    purged = (entry.number - 1, entry.previous)
                    self.last, self.head = purged
            if entry.number != self.last + 1 or entry.previous != self.head:
                raise AuditBrokenError(f"entry {entry.number} does not follow on {self.last}")
            if purged and entry.action == PURGED and _names(entry, purged):
                purged = None
            self.last, self.head = entry.number, entry_hash(text)
            yield entry
        if purged:
            raise AuditBrokenError(f"entries up to {purged[0]} are missing, and no purge says why")


def _names(entry: Entry, purged: tuple[int, str]) -> bool:
    return (entry.detail.get("upto"), entry.detail.get("hash")) == purged
