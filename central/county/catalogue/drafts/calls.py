"""What can be asked about drafts of the catalogue, their review, and releases."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from protocol.catalogue.changes.difference import Change
from protocol.catalogue.changes.terms import Language
from protocol.catalogue.findings import Finding
from runtime.control.calls import Call


class State(StrEnum):
    """How far a draft is."""

    PROPOSED = "proposed"  # waits for a second person
    APPROVED = "approved"  # by a second person, these very bytes
    REJECTED = "rejected"  # to be edited, or withdrawn
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


STATES = {
    State.PROPOSED: "待审核",
    State.APPROVED: "审核通过，待发布",
    State.REJECTED: "已退回，待修改",
    State.PUBLISHED: "已发布",
    State.WITHDRAWN: "已撤回",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    """Make a file a draft, or the new content of one; an edit voids what was approved."""

    file: Path
    author: str = ""  # empty: whoever asks, on a page
    draft: int = 0  # 0: a new one
    digest: str = ""  # of the draft that the file was made from, in hex; empty: of its author's own
    base: int | None = None  # release that the file was made from; None: of whichever is the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """Applications for an item that have come to the county and have no decision yet."""

    item: str
    name: str
    applications: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A draft that waits for a second person."""

    draft: int
    digest: str  # of its entries, in hex: what is approved
    base: int  # release that it was made from; 0: none
    changes: Sequence[Change]
    findings: Sequence[Finding]  # warnings and hints
    under_way: Sequence[UnderWay] = ()  # for each item that it takes out


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeWithout:
    """Make a draft of the newest release without some items."""

    items: Sequence[str]
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeOld:
    """Make a draft with the content of an older release; what is planned is taken back."""

    release: int
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """Approve a draft as it is."""

    draft: int
    approver: str = ""  # empty: whoever asks, on a page
    digest: str = ""  # of what was read, in hex; empty: as it is now


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse:
    """Send a draft back to its author."""

    draft: int
    reason: str
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Give a draft up."""

    draft: int
    reason: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDraft:
    """Publish what was approved."""

    draft: int
    start: str = ""  # a date from which on it counts; empty: at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft in a list."""

    draft: int
    state: State
    author: str  # of its content now
    authors: Sequence[str]  # everybody who had a hand in it; none of them may approve it
    approver: str  # of these bytes; empty: nobody
    reason: str  # why it was refused or withdrawn
    base: int
    digest: str
    edited_ms: int
    release: int | None  # that it became
    overdue: bool  # it has waited for a second person for longer than the policy says


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that was done to a draft."""

    step: str
    person: str
    digest: str
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShown:
    """A draft with all that a reviewer has to see."""

    draft: Draft
    changes: Sequence[Change]
    findings: Sequence[Finding]
    steps: Sequence[Step]
    under_way: Sequence[UnderWay] = ()  # for each item that it takes out


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A draft, by its number."""

    draft: int
    language: Language = "zh"  # of the words of its changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Drafts."""

    all: bool = False  # also those that are over
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A release that is on its way to every node."""

    release: int  # its number


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichRelease:
    """A release; 0: the newest."""

    release: int = 0
    item: str = ""  # show only this one


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """What counts from a later day on."""

    item: str
    name: str
    start: str
    gone: bool  # it is withdrawn then


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseShown:
    """A release, in short."""

    release: int
    created_ms: int
    items: int
    draft: int | None  # that it came from; None: published without review
    author: str
    authors: Sequence[str]  # everybody who had a hand in it
    approver: str
    digest: str  # of the draft, in hex
    start: str  # the day from which on it counts; empty: at once
    planned: Sequence[PlannedChange]
    item: dict[str, Any] | None = None  # the one that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Two releases; 0: the newest, or the one before."""

    old: int = 0
    new: int = 0
    language: Language = "zh"  # of the words


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is different between two releases."""

    old: int
    new: int
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """So many releases, newest first."""

    limit: int = 20
    item: str = ""  # only those in which this item is another version


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRelease:
    """One line of the history."""

    release: int
    created_ms: int
    items: int
    changed: int  # entries that are not as in the release before
    draft: int | None
    author: str
    authors: Sequence[str]
    approver: str
    start: str
    version: int | None = None  # of the item that was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The catalogue as a file that can be proposed again."""

    release: int = 0  # 0: the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The file."""

    release: int
    catalogue: dict[str, Any]


PROPOSE = Call("county.catalogue-propose", Propose, Proposed)
PROPOSE_WITHOUT = Call("county.catalogue-withdraw-items", ProposeWithout, Proposed)
PROPOSE_OLD = Call("county.catalogue-rollback", ProposeOld, Proposed)
APPROVE = Call("county.catalogue-approve", Approve, Draft)
REFUSE = Call("county.catalogue-reject", Refuse, Draft)
WITHDRAW = Call("county.catalogue-withdraw", Withdraw, Draft)
PUBLISH_DRAFT = Call("county.catalogue-publish", PublishDraft, Published)
DRAFT = Call("county.catalogue-draft", One, DraftShown, reads=True)
DRAFTS = Call("county.catalogue-drafts", Listed, list[Draft], reads=True)
SHOW = Call("county.catalogue-show", WhichRelease, ReleaseShown, reads=True)
DIFF = Call("county.catalogue-diff", Between, Difference, reads=True)
HISTORY = Call("county.catalogue-history", Past, list[PastRelease], reads=True)
EXPORT = Call("county.catalogue-export", Export, Exported, reads=True)
