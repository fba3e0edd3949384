"""A sealed file: secret bytes under a random key that exists only as shares.

::

    {"what": "root", "county": "<fingerprint>", "sealed": base64(AES-256-GCM-SIV(nonce 0, bytes))}

The key seals one file only, so that its nonce may be fixed. What and for which county is
authenticated, too.
"""

import base64
import json
from dataclasses import dataclass
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from protocol.errors import SharesError

_NONCE = bytes(12)


class What(Enum):
    """What a sealed file holds."""

    ROOT = "root"  # seed of the authority's root key
    KEYS = "keys"  # the county node's private keys
    RECOVERY = "recovery"  # the key of backups; only its papers are called so, it needs no file
    DRILL = "drill"  # nothing: it is opened to see that it can be


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """As it lies on a stick."""

    what: What
    county: str  # fingerprint, in words
    sealed: bytes

    def text(self) -> str:
        """The file."""
        sealed = base64.b64encode(self.sealed).decode("ascii")
        facts = {"what": self.what.value, "county": self.county, "sealed": sealed}
        return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"

    def open(self, key: bytes) -> bytes:
        """The secret bytes.

        Raises:
            SharesError: the key is of another file, or the file was changed.
        """
        try:
            return AESGCMSIV(key).decrypt(_NONCE, self.sealed, _bound(self.what, self.county))
        except InvalidTag:
            raise SharesError("the shares are of another file, or the file is damaged") from None


def seal(what: What, county: str, secret: bytes, key: bytes) -> SealedFile:
    """Seal ``secret`` under a fresh key."""
    sealed = AESGCMSIV(key).encrypt(_NONCE, secret, _bound(what, county))
    return SealedFile(what=what, county=county, sealed=sealed)


def read_sealed(data: bytes) -> SealedFile:
    """A file from a stick.

    Raises:
        SharesError: it is none.
    """
    try:
        facts = json.loads(data.decode())
        return SealedFile(
            what=What(facts["what"]),
            county=str(facts["county"]),
            sealed=base64.b64decode(facts["sealed"], validate=True),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SharesError("not a sealed file") from None


def _bound(what: What, county: str) -> bytes:
    return f"yizhan/escrow/1\0{what.value}\0{county}".encode()
