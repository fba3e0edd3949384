"""What can be asked about what follows an application.

Source: docs/operations.md, "What follows an application".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.ids import ApplicationId, application_id
from protocol.records.followups import Said
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFollowUp:
    """Seal it and queue it."""

    follow_up: ApplicationId  # made by the caller: sending again is answered alike
    application: str  # id, case number or the citizen's number; empty: a letter about none
    said: Said = field(repr=False)
    files: Sequence[tuple[str, Path]] = ()  # material (id or name; empty: of none) and file

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id."""
        application_id(self.follow_up)


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
    saved_ms: int
    said: Said | None  # None: locked, or only the journal had it
    answered: bool
    answer: AnswerShown | None  # None: none has come, or it is locked


FOLLOW_UP = Call("follow-up", SendFollowUp, FollowUpSent)
FOLLOW_UPS = Call("follow-ups", ShowFollowUps, list[FollowUpShown], reads=True)
