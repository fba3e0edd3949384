"""What can be asked of supervision; light, for commands that load no county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.control.calls import Call, Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCards:
    """Ask for a page of cards; what is empty says nothing."""

    state: str = ""  # told, open, replied, verified
    rung: str = ""
    department: str = ""
    month: str = ""  # 2027-01
    before: int = 0  # number of the last card of the page before; 0: from the newest on
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Ask for one card."""

    card: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SayToCard:
    """A reply, what was found when it was looked into, an appeal, or what became of it."""

    card: int
    kind: str  # replied, verified, returned, appealed, upheld, rejected
    words: str
    by: str = ""  # account; empty: whoever asks


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said to a card."""

    kind: str
    by: str
    at_ms: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShown:
    """A card."""

    card: int
    case: str  # number
    item: str
    item_type: str
    rule: str
    rung: str
    words: str
    department: str
    post: str
    given_ms: int
    month: str
    state: str
    appeal: str  # empty, appealed, upheld, rejected
    said: Sequence[Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsShown:
    """A page of cards."""

    cards: Sequence[CardShown]
    more: int  # number of the last one, behind which the next page goes on; 0: no more


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOverview:
    """Ask for counts."""

    month: str = ""  # empty: this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How many cards of one rung a post was given in a month."""

    department: str
    post: str
    rung: str
    count: int
    upheld: int  # of them, appeals that were upheld: they are still counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """How often a rung of a rule was reached in the last seven days."""

    rule: str
    word: str
    rung: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LightShown:
    """An open case by its light, without anything that says whose it is."""

    case: str
    item: str
    light: str
    what: str
    by_transport: bool
    due: str
    department: str
    post: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How the county stands."""

    month: str
    lights: Mapping[str, int]
    given: Sequence[Given]
    fired: Sequence[Fired]
    late: Sequence[LightShown]  # not green, the heaviest first


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLine:
    """A late case as a wall shows it."""

    number: str  # masked but for its last four characters
    light: str
    due: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Counts and masked numbers, and nothing that could be anybody's."""

    now_ms: int
    lights: Mapping[str, int]
    given: Mapping[str, int]  # of this month, by rung
    late: Sequence[WallLine]  # the heaviest first


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportCards:
    """Ask for the national table of a month."""

    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A table: its columns as GB/T 39046 names them, and a row for each card."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRules:
    """Other rules; empty: the usual ones."""

    rules: str = field(default="", repr=False)  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesShown:
    """The rules that count."""

    rules: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Yellow:
    """When a light becomes yellow."""

    percent: int  # of the limit, as much as is left
    least: int  # of its unit, whatever the share is
    short: int  # a limit of so many or fewer is never yellow


@dataclass(frozen=True, slots=True, kw_only=True)
class SetYellow:
    """Another beginning of yellow; what is None stays."""

    percent: int | None = None
    least: int | None = None
    short: int | None = None
    usual: bool = False  # as usual again, whatever else is said


LIST = Call("county.supervision", ListCards, CardsShown, reads=True)
SHOW = Call("county.supervision-card", ShowCard, CardShown, reads=True)
SAY = Call("county.supervision-say", SayToCard, CardShown)
OVERVIEW = Call("county.supervision-overview", ShowOverview, Overview, reads=True)
EXPORT = Call("county.supervision-export", ExportCards, Exported, reads=True)
SHOW_RULES = Call("county.supervision-rules", Nothing, RulesShown, reads=True)
SET_RULES = Call("county.supervision-set-rules", SetRules, RulesShown)
SHOW_YELLOW = Call("county.supervision-yellow", Nothing, Yellow, reads=True)
SET_YELLOW = Call("county.supervision-set-yellow", SetYellow, Yellow)
