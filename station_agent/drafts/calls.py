"""What can be asked about drafts: applications that are being filled in.

Source: docs/operations.md, "Drafts".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol.ids import ApplicationId, application_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """What was typed so far."""

    application: ApplicationId  # that it becomes
    item: str  # of the catalogue
    texts: Mapping[str, str] = field(repr=False)  # all of them, by the names of their fields
    place: str = ""  # id on the page of the field that is being filled in

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id."""
        application_id(self.application)
