"""Files that travel as blobs beside an envelope, as its payload names them.

Source: docs/protocol.md section 6.
"""

from protocol.codec import Record
from protocol.ids import DIGEST_BYTES
from protocol.limits import MAX_FILE_BYTES, MAX_FILES, MAX_NAME_CHARS

_KEY_BYTES = 32


class Attachment(Record, frozen=True, kw_only=True):
    """A file that travels as a blob beside the envelope."""

    material: str = ""  # id of the material; empty on a decision
    name: str  # file name without folders
    size: int  # bytes of the plain file
    sha256: bytes  # of the plain file
    blob: bytes  # blob id
    key: bytes  # content key of the blob, 32 bytes

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not (
            len(self.sha256) == len(self.blob) == DIGEST_BYTES
            and len(self.key) == _KEY_BYTES
            and 0 <= self.size <= MAX_FILE_BYTES
            and 0 < len(self.name) <= MAX_NAME_CHARS
            and not set(self.name) & set("/\\\0")
        ):
            raise ValueError("attachment")


def check_attachments(attachments: tuple[Attachment, ...]) -> None:
    """Raise ValueError unless so many may go together."""
    if len(attachments) > MAX_FILES:
        raise ValueError(f"more than {MAX_FILES} attachments")
