"""Rules: what the county asks of every hub and station; they stand on its own roster entry.

A node's own settings may be stricter, never looser. A new roster is obeyed at once.

Source: docs/protocol.md section 7.5; docs/adr/0020-rules-on-the-roster.md.
"""

from protocol.codec import Record
from protocol.envelope.suites import SuiteNumber
from protocol.limits import (
    KEYS_DAYS,
    MAX_COUNT,
    MAX_KEYS_DAYS,
    MAX_OFFICE_DAYS,
    MAX_RULE_SUITES,
    MIN_KEYS_DAYS,
    MIN_OFFICE_DAYS,
    MIN_QUOTA_BYTES,
    MIN_QUOTA_ITEMS,
    OFFICE_DAYS,
    QUOTA_BYTES,
    QUOTA_ITEMS,
)

_MAX_SUITE = 255  # one byte in a header


class Rules(Record, frozen=True, kw_only=True):
    """The rules in force. A default says nothing, so a node does as without any rules."""

    suites: tuple[int, ...] = ()  # that envelopes may be sealed with; none: any
    keys_days: int = KEYS_DAYS  # age at which a node asks for new keys
    quota_bytes: int | None = None  # of one origin that may wait at a hub; None: the hub's say
    quota_items: int | None = None  # envelopes and blobs of it
    office_days: int = OFFICE_DAYS  # an office keeps its copy of a case so long after its turn

    def __post_init__(self) -> None:
        """Refuse what would lock a node out, or what no node could obey."""
        if len(self.suites) > MAX_RULE_SUITES or not all(0 < n <= _MAX_SUITE for n in self.suites):
            raise ValueError("suites")
        if not MIN_KEYS_DAYS <= self.keys_days <= MAX_KEYS_DAYS:
            raise ValueError(f"keys_days is {MIN_KEYS_DAYS} to {MAX_KEYS_DAYS}")
        if not MIN_OFFICE_DAYS <= self.office_days <= MAX_OFFICE_DAYS:
            raise ValueError(f"office_days is {MIN_OFFICE_DAYS} to {MAX_OFFICE_DAYS}")
        for name, quota, least in (
            ("quota_bytes", self.quota_bytes, MIN_QUOTA_BYTES),
            ("quota_items", self.quota_items, MIN_QUOTA_ITEMS),
        ):
            if quota is not None and not least <= quota < MAX_COUNT:
                raise ValueError(f"{name} is at least {least}")

    def allows(self, suite: int) -> bool:
        """Whether envelopes may be sealed with ``suite``."""
        return not self.suites or suite in self.suites

    def suite_for(self, own: SuiteNumber) -> SuiteNumber:
        """What to seal with: ``own`` if that is allowed, else the first allowed one.

        A program that knows none of the allowed ones goes on with its own: what a clerk hands in
        must be kept, and it can't be kept unsealed.
        """
        known = [suite for suite in SuiteNumber if suite in self.suites]
        return own if own in known or not known else known[0]

    def quota(self, own_bytes: int | None, own_items: int | None) -> tuple[int, int]:
        """Bytes and items of one origin that may wait: the smaller of rule and own setting."""
        return (
            _least(own_bytes, self.quota_bytes, usual=QUOTA_BYTES),
            _least(own_items, self.quota_items, usual=QUOTA_ITEMS),
        )


NO_RULES = Rules()


def _least(own: int | None, rule: int | None, *, usual: int) -> int:
    return min((said for said in (own, rule) if said is not None), default=usual)
