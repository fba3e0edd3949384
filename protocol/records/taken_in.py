"""How an application was taken in: by whom, for whom, when, and what is still to come.

All of it is what somebody at the village says. None of it decides whether the application is
taken; the county shows it to whoever handles the case.

Source: docs/protocol.md section 6; docs/operations.md, "How an application was taken in".
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from protocol.codec import Record
from protocol.limits import (
    MAX_COUNT,
    MAX_FILES,
    MAX_NAME_CHARS,
    MAX_NOTE_CHARS,
    MAX_NUMBER_CHARS,
    MAX_REASON_CHARS,
)
from protocol.records.texts import require_day, require_division, require_texts


class Mode(StrEnum):
    """What a village does about an item."""

    DIRECT = "直办"  # decides itself
    AGENT = "代办"  # takes in, and carries on
    ASSIST = "协办"  # helps the applicant
    TELL = "告知"  # says where to go


class AgentKind(StrEnum):
    """By what right somebody acts for an applicant."""

    VILLAGE = "village"  # 村代办员: the village's own, for whoever asks
    GUARDIAN = "guardian"  # by law, whatever the applicant says
    RELATIVE = "relative"
    OTHER = "other"  # by a paper that the applicant signed


class Scope(StrEnum):
    """What an agent may do."""

    APPLY = "apply"
    CORRECT = "correct"
    COLLECT = "collect"


class Side(StrEnum):
    """A side of a paper."""

    FRONT = "front"
    BACK = "back"


class SignedHow(StrEnum):
    """By what an applicant signs on paper."""

    INK = "ink"  # writes the name
    PRINT = "print"  # 捺印: can't write, and a witness stands by
    UNSIGNED = "unsigned"  # it was asked for, and there is none


class Signature(Record, frozen=True, kw_only=True):
    """How the paper was signed, where the item's form does not say it itself."""

    how: SignedHow
    witness: str = ""  # who stood by; empty: nobody
    material: str = ""  # id of the one of which a page shows it; empty: the paper stays here

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.witness, MAX_NAME_CHARS), (self.material, MAX_NAME_CHARS))


class Agent(Record, frozen=True, kw_only=True):
    """Who acts for the applicant."""

    name: str
    kind: AgentKind
    scope: tuple[Scope, ...]  # at least one
    identity: str = ""  # number of an identity paper; empty: not asked
    relation: str = ""  # in words: 儿子
    paper: str = ""  # that shows it: a material's id if it is attached, else what it is called

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.name, MAX_NAME_CHARS), least=1)
        require_texts(
            (self.identity, MAX_NUMBER_CHARS),
            (self.relation, MAX_REASON_CHARS),
            (self.paper, MAX_REASON_CHARS),
        )
        if not 0 < len(self.scope) == len(set(self.scope)):
            raise ValueError("scope")


class Owed(Record, frozen=True, kw_only=True):
    """A paper that the applicant promised to bring later."""

    material: str  # its id
    until: str  # the day, as 2027-01-31

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts((self.material, MAX_NAME_CHARS), least=1)
        require_day(self.until)


class Page(Record, frozen=True, kw_only=True):
    """Which page of its material an attachment is."""

    attachment: int  # its place among the attachments, from 0
    page: int = 1  # of the material, from 1
    side: Side | None = None
    readable: bool = False  # a person looked at it and said so

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        if not (0 <= self.attachment < MAX_FILES and 0 < self.page <= MAX_FILES):
            raise ValueError("page")


class TakenIn(Record, frozen=True, kw_only=True):
    """How one application was taken in."""

    clerk: str = ""  # who took it in; empty: the station has no clerks with names
    checker: str = ""  # a second clerk who looked at it, where the item asks for that
    mode: Mode | None = None
    elsewhere: str = ""  # its number in another system, into which the village helped (协办)
    agent: Agent | None = None  # None: the applicant came
    village: str = ""  # division code of the village served, where a PC serves several
    owed: tuple[Owed, ...] = ()
    window_ms: int = 0  # when the applicant was at the window, by the PC's best clock
    window_day: str = ""  # the same as the clerk said it, where that clock was not to be trusted
    pages: tuple[Page, ...] = ()
    insisted: str = ""  # who wants it handed in although it is incomplete; empty: nobody
    signed: Signature | None = None  # None: nothing was said
    doubtful: tuple[str, ...] = ()  # ids of the item's questions whose answer spoke against it
    done: str = ""  # what the village itself decided, in words (直办); empty: nothing

    def __post_init__(self) -> None:
        """Refuse what no honest program sends."""
        require_texts(
            (self.clerk, MAX_NAME_CHARS),
            (self.checker, MAX_NAME_CHARS),
            (self.elsewhere, MAX_NAME_CHARS),
            (self.insisted, MAX_NAME_CHARS),
            (self.done, MAX_NOTE_CHARS),
        )
        require_texts(*((one, MAX_NAME_CHARS) for one in self.doubtful), least=1)
        require_division(self.village)
        if not 0 <= self.window_ms < MAX_COUNT:
            raise ValueError("window_ms")
        if self.window_day:
            require_day(self.window_day)
        if max(len(self.owed), len(self.pages), len(self.doubtful)) > MAX_FILES:
            raise ValueError("too many papers owed, pages or questions")


def wrong_pages(pages: Sequence[Page], materials: Sequence[str]) -> Iterator[str]:
    """What is wrong with pages of attachments that are of these materials, in words."""
    if any(one.attachment >= len(materials) for one in pages):
        yield "页次指向没有的附件"
        return
    if len({one.attachment for one in pages}) < len(pages):
        yield "同一个附件写了两个页次"
    places = {(materials[one.attachment], one.page, one.side) for one in pages}
    if len(places) < len(pages):
        yield "同一种材料的同一页有两个附件"
