"""What can be asked about applying: handing in, which items there are, what one costs.

The fields of the answers are named as the commands print them.

Source: docs/operations.md, "Commands".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from protocol.catalogue.documents import Document, FormData, Schema
from protocol.catalogue.fees.told import ItemFee
from protocol.errors import YizhanError
from protocol.ids import ApplicationId, application_id
from protocol.json_values import ABSENT, Absent, Answer
from protocol.records.taken_in import TakenIn
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What the clerk hands in."""

    application: ApplicationId  # made by the caller: handing in again is answered alike
    item: str
    form: str = field(repr=False)  # JSON, as it was written
    files: Sequence[tuple[str, Path]] = ()  # material (id or name) and file
    corrects: str = ""  # the application or case that was returned, and that this one answers
    supersedes: str = ""  # the earlier application or case that this one replaces
    taken: TakenIn = field(default_factory=TakenIn, repr=False)

    def __post_init__(self) -> None:
        """Raise UsageError if that is no id."""
        application_id(self.application)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitMany:
    """A stack of them."""

    applications: Sequence[Submission]


class HandedIn(Answer, frozen=True, kw_only=True):
    """An application that is on disk and queued."""

    application: ApplicationId
    number: str | Absent = ABSENT  # that the citizen may be told, where there are numbers


class LineAnswer(Answer, frozen=True, kw_only=True):
    """What a line of a stack is answered: as HandedIn, or why it was not taken."""

    application: ApplicationId | Absent = ABSENT
    number: str | Absent = ABSENT
    error: str | Absent = ABSENT  # docs/errors.md
    words: str | Absent = ABSENT
    detail: str | Absent = ABSENT

    @classmethod
    def refused(cls, error: YizhanError) -> "LineAnswer":
        """It was not taken."""
        return cls(error=error.code, words=error.words(), detail=error.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindItems:
    """Items by what people call them."""

    text: str  # empty: all


class ItemListed(Answer, frozen=True, kw_only=True):
    """An item of a list; the last two fields where it was looked for."""

    item: str
    name: str
    materials: int
    required: Sequence[str]
    department: str | Absent = ABSENT
    by: str | Absent = ABSENT  # what it was found by


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsFound:
    """Those that fit, the best first; or the nearest, where none does."""

    release: int
    items: Sequence[ItemListed]
    near: Sequence[ItemListed]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowItem:
    """One item."""

    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseShown:
    """A signed promise that may come instead of a material."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultShown:
    """What is often wrong with a material."""

    code: str
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterShown:
    """A material may follow after the application was accepted."""

    limit: str  # 5wd
    promise: str  # that the applicant signs


class MaterialShown(Answer, frozen=True, kw_only=True):
    """A material of an item."""

    id: str
    name: str
    attach: str  # required or optional
    max_bytes: int
    one_of: str | Absent = ABSENT  # of a group: its id, its name, and whether a file must come
    group: str | Absent = ABSENT
    group_attach: str | Absent = ABSENT
    note: str | Absent = ABSENT
    hint: str | Absent = ABSENT
    pages: Sequence[str] | Absent = ABSENT
    originals: int | Absent = ABSENT  # how many are asked for
    copies: int | Absent = ABSENT
    keep: str | Absent = ABSENT  # of originals: seen or kept
    faults: Sequence[FaultShown] | Absent = ABSENT
    later: LaterShown | Absent = ABSENT
    shared: str | Absent = ABSENT
    each: str | Absent = ABSENT
    when: Schema | Absent = ABSENT  # a JSON Schema
    promises: Sequence[PromiseShown] | Absent = ABSENT


class PlaceShown(Answer, frozen=True, kw_only=True):
    """What holds at this place alone."""

    place: str | Absent = ABSENT
    time: str | Absent = ABSENT
    contact: str | Absent = ABSENT
    market_day: bool | Absent = ABSENT
    market_days: Sequence[str] | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShown:
    """One item, and what is written of it."""

    item: str
    name: str
    release: int
    materials: Sequence[MaterialShown]
    form: Schema  # the JSON Schema
    facts: Document  # of its entry, what does not stand above
    here: PlaceShown


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFee:
    """What an item costs."""

    item: str
    facts: FormData  # as JSON
    day: str  # empty: today


SUBMIT = Call("submit", Submission, HandedIn)
SUBMIT_MANY = Call("submit-many", SubmitMany, list[LineAnswer])
ITEMS = Call("items", FindItems, ItemsFound, reads=True)
ITEM = Call("item", ShowItem, ItemShown, reads=True)
FEE = Call("fee", AskFee, ItemFee, reads=True)
