"""What can be asked about answers of the county, and what is told.

Source: docs/operations.md, "Handing over".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.errors import UsageError
from protocol.records.followups import Said, Telling
from runtime.control.calls import Call
from station_agent.followups.calls import FollowUpSent


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTelling:
    """Somebody was told an answer, or got it."""

    application: str  # id, case number or the citizen's number
    said: Said = field(repr=False)  # a Telling
    n: int = 0  # the county's number of the answer; 0: the one that ``document`` names, or result
    files: Sequence[Path] = ()  # photos, as of a refusal

    @property
    def telling(self) -> Telling:
        """What is said. Raises UsageError: something else."""
        if not isinstance(self.said.subject, Telling):
            raise UsageError("told: telling")
        return self.said.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLying:
    """Answers that somebody is still to be told or to get, the oldest first."""

    application: str = ""  # of one application; empty: of all
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineShown:
    """By when somebody has to be told."""

    last: str  # day: 2026-12-05
    day: int | None  # which working day today is; None: not known
    days: int  # of so many
    about: bool  # guessed working days, or a time that is not sure
    near: bool  # a fifth of the days is left, or less
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LyingShown:
    """One answer that lies here."""

    application: str
    n: int  # the county's number of it
    kind: str  # decided, returned, rejected; or document
    item: str
    at_ms: int  # by the county's clock
    files: int
    told: bool  # its content was said; the paper is still here
    limit: DeadlineShown | None  # None: there is none, or it was told
    applicant: str | None  # None: locked, or the form names nobody
    name: str | None  # of a document; None: of a result, or locked


TOLD = Call("told", RecordTelling, FollowUpSent)
LYING = Call("lying", ShowLying, list[LyingShown], reads=True)
