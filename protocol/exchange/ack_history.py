"""AckHistory: what two neighbours remember of their last exchanges, compared.

A node that was acknowledged remembers up to which item; the peer's next Hello says how many items
it holds, of which exchange. If the peer says less, or speaks of an exchange that was never held,
one of the two disks was set back to an older copy, or there are two of it. Nothing can then be
taken as held: ask again. The rule is exact, needs no clock, and never trusts the other's word
about a third.

Source: docs/protocol.md section 8.2.
"""

from dataclasses import dataclass, replace

from protocol.ids import NONCE_BYTES

_KEPT = 8  # exchanges pushed in without an answer; after more, asking once too often is all


@dataclass(frozen=True, slots=True, kw_only=True)
class AckHistory:
    """What one node remembers of pushing to one peer."""

    pushed: bytes = b""  # exchange ids, newest last, in which something was pushed
    exchange: bytes = b""  # the newest of which something is acknowledged; empty: none
    number: int = 0  # items of it that are

    def pushing(self, exchange: bytes) -> "AckHistory":
        """Something is about to be pushed in ``exchange``."""
        if self.pushed[-NONCE_BYTES:] == exchange:
            return self
        return replace(self, pushed=(self.pushed + exchange)[-_KEPT * NONCE_BYTES :])

    def answered(self, exchange: bytes, number: int) -> "AckHistory":
        """The first ``number`` items of ``exchange`` are on the peer's disk."""
        names = self._names()
        newer = b"".join(names[names.index(exchange) :]) if exchange in names else b""
        return AckHistory(pushed=newer, exchange=exchange, number=number)

    def fits(self, seen: tuple[bytes, int] | None) -> bool:
        """Whether a peer that never lost anything could say ``seen``."""
        if seen is None:
            return not self.exchange
        if seen[0] == self.exchange:
            return seen[1] >= self.number
        return seen[0] in self._names()

    def knows_more(self, seen: tuple[bytes, int] | None) -> bool:
        """Whether the peer speaks of an exchange that is not remembered: this disk was set back.

        Or another copy of it spoke. A peer that was set back itself says less, or nothing.
        """
        return seen is not None and seen[0] != self.exchange and seen[0] not in self._names()

    def after(self, seen: tuple[bytes, int] | None) -> "AckHistory":
        """What is remembered once the peer has said ``seen``."""
        if seen is None:
            return AckHistory(pushed=self.pushed)
        return self.answered(*seen)

    def _names(self) -> list[bytes]:
        size = NONCE_BYTES
        return [self.pushed[at : at + size] for at in range(0, len(self.pushed), size)]
