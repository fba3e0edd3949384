"""What station and county say to each other when no clerk knows a password any more.

The request carries a one-time key that the desk made, and the slot of the vault that only the
county opens; the answer is what was in the slot, sealed for that key.

Source: docs/protocol.md section 6; docs/security.md, "Clerks of a station".
"""

from protocol.codec import Record
from protocol.envelope.vault_county import CountySlot
from protocol.limits import MAX_CLERK_NAME_CHARS, MAX_COUNT, MAX_SLOT_BYTES

_KEY_BYTES = 32
_KEY_NAME_BYTES = 8


class DeskRequest(Record, frozen=True, kw_only=True, tag="desk-request"):
    """Station to county: release the vault to this desk."""

    vault: bytes  # public half of the vault, 32 bytes
    slot: CountySlot
    desk: bytes  # one-time public key of the desk, X25519, 32 bytes
    clerk: str  # who gets a new password
    at_ms: int = 0  # when it was asked, by the county's time; 0: the station did not know it

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not len(self.vault) == len(self.desk) == _KEY_BYTES:
            raise ValueError("key")
        if len(self.slot.key) != _KEY_NAME_BYTES or len(self.slot.sealed) > MAX_SLOT_BYTES:
            raise ValueError("slot")
        if not 0 < len(self.clerk) <= MAX_CLERK_NAME_CHARS or not 0 <= self.at_ms < MAX_COUNT:
            raise ValueError("clerk or time")


class DeskRelease(Record, frozen=True, kw_only=True, tag="desk-release"):
    """County to station: what was in the slot, for the desk that asked."""

    desk: bytes  # its one-time key, as it stood in the request
    sealed: bytes  # :func:`protocol.envelope.vault_county.release_to`

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if len(self.desk) != _KEY_BYTES or not 0 < len(self.sealed) <= MAX_SLOT_BYTES:
            raise ValueError("desk or release")
