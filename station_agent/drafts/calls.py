"""What can be asked about drafts: applications that are being filled in.

Source: docs/operations.md, "Drafts".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.ids import ApplicationId, application_id
from runtime.control.calls import Call

if TYPE_CHECKING:
    from station_agent.drafts.acting import ActsFor
    from station_agent.drafts.both import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft:
    """What was typed so far."""

    application: ApplicationId  # that it becomes
    item: str  # of the catalogue
    texts: Mapping[str, str] = field(repr=False)  # all of them, by the names of their fields
    place: str = ""  # id on the page of the field that is being filled in
    seen: "Seen | None" = (
        None  # what its page knows of the draft; None: it covers whatever is there
    )

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id."""
        application_id(self.application)


@dataclass(frozen=True, slots=True, kw_only=True)
class SayAtWindow:
    """What was said on a page around the form so far: ticks, days, names; as it was typed."""

    application: ApplicationId
    item: str  # of the catalogue
    page: str  # which: what was said there before is replaced
    texts: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id."""
        application_id(self.application)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameAgent:
    """Who acts for the applicant."""

    application: ApplicationId
    item: str  # of the catalogue
    agent: "ActsFor | None" = field(repr=False)  # None: she came herself


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDrafts:
    """All drafts, by somebody who can open the vault."""

    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShown:
    """One draft of a list. Of one that can't be read, only ids and times are known."""

    application: ApplicationId
    item: str
    name: str  # of the item
    who: str  # who applies; empty: the form does not tell yet
    clerks: Sequence[str]  # who worked on it, in the order in which they came
    begun_ms: int  # by the local clock
    saved_ms: int
    place: str = ""  # id on the page of the field that was being filled in
    binned_ms: int | None = None  # None: it is open
    goes_ms: int | None = None  # from when on it is let go of; None: it is open
    problem: str = ""  # code of the error that keeps it from being read
    earlier: str = ""  # application that it corrects or replaces; empty: none
    follows: str = ""  # application that it brings papers for; empty: it is no supplement


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsShown:
    """Open ones and those in the bin, what was begun first is first."""

    open: Sequence[DraftShown]
    bin: Sequence[DraftShown]


DRAFTS = Call("drafts", ShowDrafts, DraftsShown, reads=True)
