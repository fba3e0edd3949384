"""What can be asked about what follows an application.

Source: docs/operations.md, "What follows an application".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.errors import UsageError
from protocol.ids import ApplicationId, application_id
from protocol.records.followups import Letter, Objection, Said
from runtime.control.calls import Call

UNSEEN = (Objection, Letter)  # may be written at the desk and not seen there


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFollowUp:
    """Seal it and queue it."""

    follow_up: ApplicationId  # made by the caller: sending again is answered alike
    application: str  # id, case number or the citizen's number; empty: a letter about none
    said: Said = field(repr=False)
    files: Sequence[tuple[str, Path]] = ()  # material (id or name; empty: of none) and file
    unseen: bool = False  # nothing of what an objection or a letter says is kept at this station

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id, or it is of no use unless it is seen here."""
        application_id(self.follow_up)
        if self.unseen and not isinstance(self.said.subject, UNSEEN):
            raise UsageError("只有异议和来信可以不给本站看")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpSent:
    """It is on disk and queued."""

    follow_up: ApplicationId
    application: str  # id; empty: none


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowFollowUps:
    """All that was sent, or what follows one application."""

    application: str = ""  # as above; empty: all
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShown:
    """The answer to a letter."""

    words: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpShown:
    """One of them, and how far it has got."""

    follow_up: str
    application: str
    about: str  # name of its subject: withdrawal
    state: str  # saved, at_hub, received, complete, rejected
    code: str | None  # of the error, if the county refused it
    problem: str | None  # code by which a node refused it or a file of it, or says that one lacks
    saved_ms: int
    said: Said | None  # None: locked, or only the journal had it; words and names empty: unseen
    unseen: bool  # what was said is nowhere at this station
    answered: bool
    answer: AnswerShown | None  # None: none has come, or it is locked
    read_by: str | None  # the clerk who has read the answer that stands
    read_ms: int | None  # by the local clock


FOLLOW_UP = Call("follow-up", SendFollowUp, FollowUpSent)
FOLLOW_UPS = Call("follow-ups", ShowFollowUps, list[FollowUpShown], reads=True)
