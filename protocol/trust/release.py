"""Releases of the catalogue as signed editions: what came from outside, and what was stored.

Source: docs/protocol.md section 7.3.
"""

from protocol.envelope.keys import Publics
from protocol.errors import RollbackError
from protocol.trust.edition import (
    Edition,
    Kind,
    apply_changes,
    known_head,
    open_head,
    require_newer,
)


def read_release(
    county_signing: Publics, proof: bytes, changes: bytes, held: Edition | None = None, *, base: int
) -> Edition:
    """Verify a release that came from outside and that is newer than the one held.

    Raises:
        SignatureError, DigestError: not what the county signed.
        RollbackError: not newer, or the changes start from a version that is not held.
        MalformedError, TooLargeError: not a release.
    """
    head = open_head(county_signing, Kind.RELEASE, proof)
    if held is not None:
        require_newer(head, held.version)
    if base and (held is None or held.version != base):
        raise RollbackError(f"changes from release {base}, which is not held")
    old = held.entries if held is not None and base else {}
    return Edition(head=head, proof=proof, entries=apply_changes(old, changes, head))


def stored_release(proof: bytes, body: bytes) -> Edition:
    """A release that was checked when it came; the key that signed it may have gone since.

    Raises:
        DigestError, MalformedError, TooLargeError: it is not what was stored.
    """
    head = known_head(Kind.RELEASE, proof)
    return Edition(head=head, proof=proof, entries=apply_changes({}, body, head))
