"""What every body of an event has.

A body holds no time and no name: those stand around it (Event). What people wrote about persons
stands in ``note``, ``person`` and ``faults`` alone, so that it can be erased without a change of
what happened. Nothing is ever edited: a mistake is mended by another event.

Source: docs/casework.md, "Events"; docs/adr/0055-log-of-a-case.md.
"""

from protocol.codec import Record
from protocol.limits import MAX_FILES, MAX_NAME_CHARS, MAX_NOTE_CHARS
from protocol.records.texts import require_texts


class Body(Record, frozen=True, kw_only=True, tag_field="kind"):
    """Base of what can happen."""

    note: str = ""  # free text

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        require_texts((self.note, MAX_NOTE_CHARS))


class Approved(Body, frozen=True, kw_only=True):
    """Base of what needs a superior's word."""

    approver: str = ""  # whose; empty: nobody's

    def __post_init__(self) -> None:
        """Refuse what no honest program writes."""
        super().__post_init__()
        require_texts((self.approver, MAX_NAME_CHARS))


def require_few(papers: tuple[object, ...]) -> None:
    """Raise ValueError if there are more papers than an application may have files."""
    if len(papers) > MAX_FILES:
        raise ValueError("too many papers")
