"""What can be asked about batches: one item for many people.

Source: docs/operations.md, "Market day".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.errors import UsageError
from protocol.ids import ApplicationId, application_id
from runtime.control.calls import Call

if TYPE_CHECKING:
    from station_agent.batches.seen import TableSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowBatches:
    """All of them, by somebody who can open the vault."""

    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBatch:
    """One of them, by somebody who can open the vault."""

    batch: str
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveCommon:
    """What all people of a batch have in common; a new one is begun with it."""

    batch: str  # 32 hex digits, made by the caller
    item: str
    texts: Mapping[str, str] = field(repr=False)  # by the names of fields

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id."""
        application_id(self.batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveRows:
    """What was typed into rows; a row that is not known yet is new."""

    batch: str
    rows: Mapping[ApplicationId, Mapping[str, str]] = field(repr=False)
    seen: "TableSeen | None" = None  # of an open page; None: it covers whatever is there

    def __post_init__(self) -> None:
        """Raise UsageError if one of them is no id."""
        for own in self.rows:
            if application_id(own) != own:
                raise UsageError(own[:50])


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBatch:
    """A batch with rows of a spreadsheet, by command."""

    batch: str
    item: str
    common: Mapping[str, str] = field(repr=False)
    rows: str = field(repr=False)  # as they are pasted
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandInBatch:
    """Hand in every row in which nothing is wrong or missing."""

    batch: str
    day: str = ""  # at the window, where the date of this PC is not proved
    clerk: str = ""
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchListed:
    """One batch of the list."""

    batch: str
    item: str
    name: str  # of the item
    clerks: Sequence[str]
    begun_ms: int  # by the local clock
    saved_ms: int
    rows: int
    handed_in: int
    problem: str = ""  # code of the error that keeps it from being read


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongInRow:
    """Something that is wrong or missing in a row."""

    field: str  # its name; empty: the row as a whole
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """One person of a batch."""

    application: ApplicationId
    position: int  # from 1
    who: str
    state: str  # draft, or as of ``status`` once it is handed in
    number: str | None  # that the citizen may be told
    wrong: Sequence[WrongInRow]
    same_as: int | None  # position of an earlier row of the same person: perhaps twice
    signed: bool  # on paper, or it is asked in the form; once it is handed in, always


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchShown:
    """One batch with its rows."""

    batch: str
    item: str
    name: str
    common: Mapping[str, str]
    columns: Sequence[str]
    rows: Sequence[RowShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRefused:
    """A row that was not taken."""

    position: int
    who: str
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchHandedIn:
    """What became of the rows."""

    handed_in: int  # now
    before: int  # that were in already
    left: int  # in which something is wrong or missing
    refused: Sequence[RowRefused]


BATCHES = Call("batches", ShowBatches, list[BatchListed], reads=True)
BATCH = Call("batch", OfBatch, BatchShown, reads=True)
BATCH_ADD = Call("batch-add", AddBatch, BatchShown)
BATCH_HAND_IN = Call("batch-hand-in", HandInBatch, BatchHandedIn)
