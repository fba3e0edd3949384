"""The code by which two people make sure by telephone that they speak of the same request.

::

    code = 12 digits of Argon2id(SHA-256(station || vault || desk || name), salt), 2 check digits

Whoever could sign in the station's name may make another request, but none with the same code:
each guess costs a twentieth of a second. Only digits, because it is read out in whatever dialect.

Source: docs/security.md, "Clerks of a station"; ISO 7064 MOD 97-10.
"""

import hashlib
import re

from protocol.envelope.desk_payloads import DeskRequest
from protocol.envelope.vault_slots import stretched
from protocol.errors.desk import ForgottenCodeError
from protocol.ids import NodeId
from protocol.text import identifier

_SALT = b"yizhan/desk-code"
_DIGITS, _CHECK_DIGITS, _GROUP = 12, 2, 4
_MODULUS, _CHECK = 97, 98
_TYPED = re.compile(r"[0-9]{14}")
_SHOWN_CHARS = 40


def desk_code(station: NodeId, request: DeskRequest) -> str:
    """The code of a request, grouped: ``1234-5678-9012-34``. Takes a twentieth of a second."""
    said = bytes.fromhex(station) + request.vault + request.desk + request.clerk.encode()
    return spoken_code(hashlib.sha256(said).digest(), _SALT)


def spoken_code(digest: bytes, salt: bytes) -> str:
    """A code that stands for 32 bytes, for one purpose."""
    number = int.from_bytes(stretched(digest, salt)) % 10**_DIGITS
    digits = f"{number:0{_DIGITS}d}{_CHECK - number * 100 % _MODULUS:0{_CHECK_DIGITS}d}"
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def typed_code(text: str) -> str:
    """The code that somebody heard and typed, as :func:`desk_code` writes it.

    Raises:
        ForgottenCodeError: a digit is wrong or missing.
    """
    digits = identifier(text).replace("-", "").replace(" ", "")
    if not _TYPED.fullmatch(digits) or int(digits) % _MODULUS != 1:
        raise ForgottenCodeError(text[:_SHOWN_CHARS])
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
