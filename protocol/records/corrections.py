"""What a county says of single fields and pages of what it returns for correction.

Source: docs/protocol.md section 6.
"""

from protocol.codec import Record
from protocol.limits import MAX_FILES, MAX_NAME_CHARS, MAX_REASON_CHARS
from protocol.records.texts import require_texts


class FieldFault(Record, frozen=True, kw_only=True):
    """What is to be corrected in one field, or on one page of a material."""

    words: str
    field: str = ""  # its path in the form, as household.0.name; empty: it is a page
    material: str = ""  # id; empty: it is a field
    page: int = 0  # of the material, from 1; 0: all of it

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not 0 < len(self.words) <= MAX_REASON_CHARS or bool(self.field) == bool(self.material):
            raise ValueError("words, and a field or a material")
        require_texts((self.field, MAX_REASON_CHARS), (self.material, MAX_NAME_CHARS))
        if not 0 <= self.page <= MAX_FILES or (self.page and not self.material):
            raise ValueError("page")
