"""Many small rows for a vault: sealing each by itself would cost more than sealing its application.

A process makes one key, seals it for the vault once, and puts that in front of every row.

::

    row = u16 length of sealed key | sealed key | nonce (12) | AES-256-GCM-SIV(row, context)
"""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from protocol.envelope.suites import SoftwareOpeningKey
from protocol.envelope.vault import VaultRecord, open_row, seal_row
from protocol.errors import UnopenableError
from protocol.ports import Randomness

_LENGTH = struct.Struct(">H")
_KEY_BYTES, _NONCE_BYTES = 32, 12
_CONTEXT = "rows"


class RowSealer:
    """Puts rows in; takes none out."""

    def __init__(self, record: VaultRecord, randomness: Randomness) -> None:
        self._randomness = randomness
        key = randomness.token(_KEY_BYTES)
        sealed = seal_row(record, _CONTEXT, key)
        self._cipher, self._head = AESGCMSIV(key), _LENGTH.pack(len(sealed)) + sealed

    def put_in(self, context: str, plaintext: bytes) -> bytes:
        """``plaintext`` sealed; ``context`` is needed again to take it out."""
        nonce = self._randomness.token(_NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, plaintext, context.encode())


class RowOpener:
    """Takes rows out; a key is unwrapped once, however many rows it sealed."""

    def __init__(self, key: SoftwareOpeningKey) -> None:
        self._key = key
        self._ciphers: dict[bytes, AESGCMSIV] = {}

    def take_out(self, context: str, row: bytes) -> bytes:
        """The plaintext of a row.

        Raises:
            UnopenableError: another vault's, changed, or put in with another context.
        """
        try:
            (length,) = _LENGTH.unpack_from(row)
            sealed, rest = row[_LENGTH.size : _LENGTH.size + length], row[_LENGTH.size + length :]
            cipher = self._ciphers.get(sealed)
            if cipher is None:
                cipher = AESGCMSIV(open_row(self._key, _CONTEXT, sealed))
                self._ciphers[sealed] = cipher
            nonce, data = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
            return cipher.decrypt(nonce, data, context.encode())
        except (struct.error, InvalidTag, ValueError) as exc:
            raise UnopenableError(f"a row of the vault: {type(exc).__name__}") from None
