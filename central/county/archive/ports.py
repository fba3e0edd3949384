"""What filing asks of the authority and of the policy (provisioning.authority fits)."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from protocol.envelope.keys import Signer
from runtime.record import Detail

ARCHIVE_DAYS, PURGE_DAYS = 30, 365


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRules:
    """What the policy says of closed cases."""

    archive_days: int = ARCHIVE_DAYS  # after the end of a case it is filed by itself; 0: never
    purge_days: int = PURGE_DAYS  # at least so long after its end a case is kept


class Said(Protocol):
    """The policy (provisioning.policy)."""

    @property
    def archive_days(self) -> int:
        """After the end of a case it is filed by itself; 0: never."""
        ...

    @property
    def purge_days(self) -> int:
        """At least so long after its end a case is kept."""
        ...


def filing_rules(policy: Said) -> FilingRules:
    """What the policy says of closed cases."""
    return FilingRules(archive_days=policy.archive_days, purge_days=policy.purge_days)


Rules = Callable[[], FilingRules]
"""Those that count now; blocks for the disk."""

NamesOf = Callable[[AsyncSession, Collection[str]], Awaitable[Mapping[str, str]]]
"""What people call these items, by id; one that nobody knows keeps its id."""


class Entries(Protocol):
    """The audit record (provisioning.audit.log)."""

    def about(self, subjects: Collection[str]) -> Sequence[str]:
        """The JSON of every entry about one of these, oldest first. Blocks for the disk."""
        ...

    def add(
        self,
        *,
        actor: str,
        action: str,
        subject: str = "",
        outcome: str = "",
        detail: Detail | None = None,
    ) -> object:
        """Note that somebody did something. Blocks for the disk."""
        ...


class Voucher(Protocol):
    """Who vouches for the county's key, and keeps the record."""

    @property
    def audit(self) -> Entries:
        """Who did what."""
        ...

    @property
    def root_public(self) -> bytes:
        """32 bytes: names the county for ever."""
        ...

    @property
    def signer(self) -> Signer:
        """The registrar's key."""
        ...

    @property
    def delegation(self) -> bytes:
        """The root's word, signed, that :attr:`signer` is its registrar."""
        ...
