"""What the processes of one county tell each other through a database that others may write to.

All of them hold the county's signing key, and nobody else does: what it signs is their secret.

::

    sealed = nonce (12) | AES-256-GCM-SIV(message, context)
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from protocol.envelope.keys import Context, Signer
from protocol.errors import UnopenableError
from protocol.ports import Randomness

_NONCE_BYTES = 12


class Colleagues:
    """Seals for, and opens what came from, another process of the same county."""

    def __init__(self, signer: Signer, randomness: Randomness) -> None:
        secret = hashlib.sha256(signer.sign(Context.LEAD, b"")).digest()
        self._cipher, self._randomness = AESGCMSIV(secret), randomness

    def seal(self, context: bytes, message: bytes) -> bytes:
        """``message`` sealed; ``context`` is needed again to open it."""
        nonce = self._randomness.token(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, message, context)

    def open(self, context: bytes, sealed: bytes) -> bytes:
        """What another process has sealed.

        Raises:
            UnopenableError: none of them did, or not in this context.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
        except (InvalidTag, ValueError) as exc:
            raise UnopenableError(f"of another process: {type(exc).__name__}") from None
