"""Forms that were sent while nobody was logged in: there again once somebody is.

In memory alone, and sealed for the vault: while the desk is locked nobody reads them, and whoever
can send them fills no disk. The first clerk who opens one saves it as a draft. What came from a
browser in which a clerk was logged in here before is pushed out, or written over, by no other.

Source: docs/security.md, "The desk".
"""

from collections.abc import Mapping

from protocol.errors import StoreError
from station_agent.store.vault import OpenVault, Vault

_LEFT = 10  # of each kind of browser, of 64 KiB at most each; they push out nothing but each other


class LeftForms:
    """What was typed into each of them, by the id of its application."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._clerks: dict[str, bytes] = {}
        self._others: dict[str, bytes] = {}

    def leave(self, application: str, texts: Mapping[str, str], *, is_clerks: bool) -> None:
        """What was sent; of too many the one goes that was sent first.

        Args:
            is_clerks: it came from a browser in which a clerk was logged in before.
        """
        left = self._clerks if is_clerks else self._others
        left.pop(application, None)
        while len(left) >= _LEFT:
            del left[next(iter(left))]
        left[application] = self._vault.put_in(_context(application), dict(texts))

    def of(self, application: str, opened: OpenVault) -> Mapping[str, str] | None:
        """What was sent last, by a clerk's browser before any other; None if nothing was."""
        row = self._clerks.get(application, self._others.get(application))
        if row is None:
            return None
        try:
            return opened.take_out(_context(application), row, dict[str, str])
        except StoreError:  # of a vault that is no more
            return None

    def drop(self, application: str) -> None:
        """It is saved, or it was handed in."""
        self._clerks.pop(application, None)
        self._others.pop(application, None)


def _context(application: str) -> str:
    return f"left {application}"
