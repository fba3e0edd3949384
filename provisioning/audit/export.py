"""The audit record as a file: one entry a line as it is hashed, then a line that signs the last.

An export that lies elsewhere shows what somebody did to the record at home afterwards.
"""

import base64
import json
from collections.abc import Sequence

from protocol.codec import unpack
from protocol.envelope.keys import Context, Signer, open_signed, sign_record
from protocol.errors import AuditBrokenError, PeerError
from protocol.limits import MIB
from protocol.trust.audit import AuditMark
from provisioning.audit.entry import Chain, Entry
from provisioning.audit.log import AuditLog

MAX_AUDIT_FILE_BYTES = 512 * MIB  # two million entries
_MARK_BYTES = 4096
_SIGNED = "signed"


def export_bytes(texts: Sequence[str], signer: Signer) -> tuple[bytes, Chain]:
    """The file for these entries, oldest first.

    Raises:
        AuditBrokenError: they are not a whole chain.
    """
    chain = _chain(texts)
    mark = AuditMark(first=chain.first, last=chain.last, head=bytes.fromhex(chain.head))
    signed = base64.b64encode(sign_record(signer, Context.AUDIT, mark)).decode("ascii")
    lines = [*texts, json.dumps({_SIGNED: signed}), ""]
    return "\n".join(lines).encode(), chain


def read_export(data: bytes, public: bytes) -> list[str]:
    """The entries of a file that the key ``public`` signed.

    Raises:
        AuditBrokenError: it is not whole, or not signed by that key.
    """
    try:
        *texts, last = data.decode().splitlines()
        signed = base64.b64decode(json.loads(last)[_SIGNED], validate=True)
        mark = unpack(open_signed(public, Context.AUDIT, signed, limit=_MARK_BYTES), AuditMark)
    except (ValueError, KeyError, TypeError, PeerError):
        raise AuditBrokenError("the export is not whole, or not signed here") from None
    chain = _chain(texts)
    if (chain.first, chain.last, chain.head) != (mark.first, mark.last, mark.head.hex()):
        raise AuditBrokenError("the export holds other entries than were signed")
    return texts


def compare(log: AuditLog, exported: Sequence[str]) -> None:
    """Make sure that the record still holds what was exported, but for what a purge took.

    Raises:
        AuditBrokenError: an entry is missing or another.
    """
    held = {Entry.read(text).number: text for text in log.entries()}
    oldest = min(held, default=0)
    for text in exported:
        number = Entry.read(text).number
        if number >= oldest and held.get(number) != text:
            raise AuditBrokenError(f"entry {number} is not what was exported")


def _chain(texts: Sequence[str]) -> Chain:
    chain = Chain()
    for _ in chain.follow(texts):
        pass
    return chain
