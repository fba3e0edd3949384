"""The ten words of the key of a township's office, by which people at both ends compare it.

The code that is read out proves a request, and is shown at the county to nobody; the words name a
key for as long as it is used.

Source: docs/security.md, "Offices of townships".
"""

from protocol.envelope.office_payloads import OfficeRequest
from protocol.trust.fingerprint import fingerprint


def office_words(request: OfficeRequest) -> str:
    """Of the keys of a request, with spaces between them."""
    return fingerprint(request.xwing + request.x25519)
