"""The code by which a township and its county make sure that they speak of the same office key.

As that of a desk (protocol.envelope.desk_code): read out by telephone, slow to guess.

Source: docs/security.md, "Offices of townships".
"""

import hashlib

from protocol.envelope.desk_code import spoken_code, typed_code
from protocol.envelope.office_payloads import OfficeRequest
from protocol.errors.desk import ForgottenCodeError
from protocol.errors.offices import OfficeCodeError
from protocol.ids import NodeId

_SALT = b"yizhan/office-code"


def office_code(hub: NodeId, request: OfficeRequest) -> str:
    """The code of a request, grouped: ``1234-5678-9012-34``. Takes a twentieth of a second."""
    said = bytes.fromhex(hub) + request.xwing + request.x25519
    return spoken_code(hashlib.sha256(said).digest(), _SALT)


def typed_office_code(text: str) -> str:
    """The code that somebody heard and typed, as :func:`office_code` writes it.

    Raises:
        OfficeCodeError: a digit is wrong or missing.
    """
    try:
        return typed_code(text)
    except ForgottenCodeError:
        raise OfficeCodeError(text[:40]) from None
