"""Forms that are being filled in: what was sent once is there again, whatever the browser does.

After a reload, on the way back, in the other language, after the lock. In memory alone, and sealed
for the vault: while the desk is locked nobody reads it, and no disk sees it.

Source: docs/security.md, "The desk".
"""

from collections.abc import Mapping
from typing import TypeVar

from protocol.errors import StoreError
from station_agent.store.vault import OpenVault, Vault

T = TypeVar("T")

_KEPT = 100  # being filled in at once; of 64 KiB at most each
_LEFT = 10  # sent while nobody was logged in, by whoever can: they push out nothing but each other
_TAKEN = 1000  # a week's work: the way back from one that was handed in leads to it


class KeptForms:
    """What was typed into each form, by the id of its application."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._kept: dict[str, bytes] = {}
        self._left: dict[str, bytes] = {}
        self._taken: dict[str, None] = {}

    def keep(self, application: str, texts: Mapping[str, str]) -> None:
        """What a clerk sent."""
        self._left.pop(application, None)
        _put(self._kept, application, self._sealed(application, texts), _KEPT)

    def leave(self, application: str, texts: Mapping[str, str]) -> None:
        """What was sent while nobody was logged in."""
        if application not in self._taken:
            _put(self._left, application, self._sealed(application, texts), _LEFT)

    def of(self, application: str, opened: OpenVault) -> Mapping[str, str] | None:
        """What was sent last; None if nothing is known of it."""
        row = self._left.get(application) or self._kept.get(application)
        if row is None:
            return None
        try:
            return opened.take_out(_context(application), row, dict[str, str])
        except StoreError:  # of a vault that is no more
            return None

    def taken(self, application: str) -> None:
        """It was handed in."""
        self._left.pop(application, None)
        self._kept.pop(application, None)
        _put(self._taken, application, None, _TAKEN)

    def is_taken(self, application: str) -> bool:
        """Whether it was handed in."""
        return application in self._taken

    def _sealed(self, application: str, texts: Mapping[str, str]) -> bytes:
        return self._vault.put_in(_context(application), dict(texts))


def _context(application: str) -> str:
    return f"filling {application}"


def _put(rows: dict[str, T], name: str, value: T, most: int) -> None:
    rows.pop(name, None)
    while len(rows) >= most:
        del rows[next(iter(rows))]
    rows[name] = value
