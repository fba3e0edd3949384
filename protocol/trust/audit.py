"""What the registrar signs under an export of the audit record, a drill's report, and a backup.

Source: docs/protocol.md section 4.4; docs/operations.md, "The audit record".
"""

from protocol.codec import Record


class AuditMark(Record, frozen=True, kw_only=True):
    """The record reached so far, and this was its last hash."""

    first: int  # number of the oldest entry that was kept
    last: int
    head: bytes  # 32 bytes


class BackupMark(Record, frozen=True, kw_only=True):
    """This file is a backup of the county."""

    digest: bytes  # SHA-256 of the file up to the signature


class AuditHead(Record, frozen=True, kw_only=True):
    """How far the record reached when the roster was signed on which this stands."""

    number: int  # of the last entry, from 1
    hash: bytes  # 32 bytes

    def __post_init__(self) -> None:
        """Refuse what is no head."""
        if self.number < 1 or len(self.hash) != 32:  # noqa: PLR2004 - SHA-256
            raise ValueError("audit head")


class DrillMark(Record, frozen=True, kw_only=True):
    """A drill had this outcome."""

    digest: bytes  # SHA-256 of the report's text
