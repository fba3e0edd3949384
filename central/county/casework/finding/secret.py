"""The key under which identity numbers are kept in the index: a number itself never stands there.

It is made by the county's first signing key, which lies beside the database and in no copy of it
alone, and which is never taken away: so it is the same after another key came into use.

Source: docs/security.md, "Finding somebody".
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Self

from protocol.envelope.keyring import SigningRing
from protocol.envelope.keys import Context, Signer

PERSON_BYTES = 16
LAST_BYTES = 8
LAST_CHARS = 4


@dataclass(frozen=True, slots=True)
class FindKey:
    """Of one county."""

    _secret: bytes = field(repr=False)

    @classmethod
    def of(cls, signer: Signer) -> Self:
        """With a secret that only the holder of the county's signing key can make."""
        first = signer.first if isinstance(signer, SigningRing) else signer
        return cls(hashlib.sha256(first.sign(Context.FIND, b"")).digest())

    def person(self, identity: str) -> bytes:
        """What stands in the index for an identity number."""
        return self._hash(b"person\x00", identity)[:PERSON_BYTES]

    def last(self, identity: str) -> bytes:
        """What stands in the index for the last four of an identity number."""
        return self._hash(b"last\x00", identity[-LAST_CHARS:])[:LAST_BYTES]

    def _hash(self, kind: bytes, text: str) -> bytes:
        return hmac.digest(self._secret, kind + text.encode(), "sha256")
