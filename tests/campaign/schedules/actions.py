"""What can happen to a small county; a schedule is a list of these, and can be written as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any, get_args

from tests.campaign.power import Moment
from tests.campaign.schedules.affairs import Affair
from tests.campaign.schedules.followed import Follow


@dataclass(frozen=True, slots=True)
class Submit:
    """The clerk at ``pc`` hands in an application with a file of ``size`` bytes (0: none)."""

    pc: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class SubmitAgain:
    """The clerk hands in a draft that was handed in before: the ``number``-th of that station."""

    pc: str
    number: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """``child`` calls its parent, or another, over a line that is cut after so many bytes."""

    child: str
    cut_up: int | None = None
    cut_down: int | None = None
    half_duplex: bool = False
    loses: bool = False  # at the cut, what is under way is gone
    piece: int = 1 << 20  # bytes that come out of the line at once
    straight: bool = False  # a PC calls the county, past its hub


@dataclass(frozen=True, slots=True)
class ExchangeInTheDark:
    """An exchange in which ``victim`` loses its power at the ``left``-th transaction."""

    child: str
    victim: str
    left: int
    moment: str  # of protocol.power.Moment
    half_duplex: bool = False


@dataclass(frozen=True, slots=True)
class SubmitInTheDark:
    """The power goes while the clerk hands in; whether it is saved is seen after the start."""

    pc: str
    moment: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Everybody exchanges at the same time: all stations with the hub, the hub with the county."""

    cut_up: int | None = None  # of the hub's line to the county


@dataclass(frozen=True, slots=True)
class Restart:
    """``node`` is switched off in order, and on again."""

    node: str


@dataclass(frozen=True, slots=True)
class CutPower:
    """``node`` loses its power while nothing happens, and starts again."""

    node: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Somebody makes a backup copy of the folder of ``node``."""

    node: str


@dataclass(frozen=True, slots=True)
class Restore:
    """The disk of ``node`` is lost; somebody puts the ``copy``-th newest copy in its place.

    ``anew``: a hub becomes another life, as if it had joined again; else nobody tells it.
    """

    node: str
    copy: int = 0
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Backup:
    """The county makes a backup, and tells the stations what is safe."""


@dataclass(frozen=True, slots=True)
class RestoreBackup:
    """The disk of the county is lost; our tool restores its ``number``-th newest backup."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class Replace:
    """The disk of a server is lost, and there is no copy: it begins empty, with its identity."""

    node: str


@dataclass(frozen=True, slots=True)
class LoseDatabase:
    """The database of a PC is gone; journal and files are still there."""

    pc: str


@dataclass(frozen=True, slots=True)
class Clone:
    """Somebody copies the disk of ``pc`` to a second PC, and both are used."""

    pc: str


@dataclass(frozen=True, slots=True)
class SetClock:
    """Somebody sets the date of ``node``."""

    node: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class WrongCounty:
    """For one round of exchanges the county's date is days ahead, and it signs that time."""

    pc: str
    days: int = 200


@dataclass(frozen=True, slots=True)
class OldTime:
    """Somebody brings ``pc`` a time of the county under a number that it has heard."""

    pc: str


@dataclass(frozen=True, slots=True)
class Days:
    """Days pass, everywhere; each PC does its slow jobs."""

    count: int


@dataclass(frozen=True, slots=True)
class Tidy:
    """The slow jobs of ``pc`` run."""

    pc: str


@dataclass(frozen=True, slots=True)
class NewRoster:
    """The county publishes the next roster."""


@dataclass(frozen=True, slots=True)
class NewRelease:
    """The county publishes another release of the catalogue, and makes a backup of it."""


@dataclass(frozen=True, slots=True)
class OldNews:
    """``node`` is told an old roster and an old release, as if they were new."""

    node: str


@dataclass(frozen=True, slots=True)
class Decide:
    """A handler decides the ``number``-th case that is open."""

    number: int


@dataclass(frozen=True, slots=True)
class StickOut:
    """``node`` packs a stick."""

    node: str


@dataclass(frozen=True, slots=True)
class StickIn:
    """``node`` takes in what is on the ``number``-th newest stick, however old.

    ``spoiled``: every so many files one is cut short; 0: none.
    """

    node: str
    number: int = 0
    spoiled: int = 0


Action = (
    Submit
    | SubmitAgain
    | Exchange
    | ExchangeInTheDark
    | SubmitInTheDark
    | Meanwhile
    | Restart
    | CutPower
    | Copy
    | Restore
    | Backup
    | RestoreBackup
    | Replace
    | LoseDatabase
    | Clone
    | SetClock
    | WrongCounty
    | OldTime
    | Days
    | Tidy
    | NewRoster
    | NewRelease
    | OldNews
    | Decide
    | StickOut
    | StickIn
    | Follow
    | Affair
)
Schedule = Sequence[Action]
KINDS: dict[str, type[Action]] = {kind.__name__: kind for kind in get_args(Action)}
MOMENTS = tuple(moment.value for moment in Moment)


def villages(schedule: Schedule) -> int:
    """How many village PCs there are when ``schedule`` begins: one, if it names no second."""
    return 2 if any("pc1" in astuple(action) for action in schedule) else 1


def hubs(schedule: Schedule) -> int:
    """How many hubs there are: one, if it names no other."""
    return 2 if any("hub2" in astuple(action) for action in schedule) else 1


def to_json(schedule: Schedule) -> str:
    """One action a line, without what is usual."""
    lines = [json.dumps([type(action).__name__, _unusual(action)]) for action in schedule]
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]"


def from_json(text: str) -> list[Action]:
    """The schedule that :func:`to_json` wrote."""
    return [KINDS[name](**facts) for name, facts in json.loads(text)]


def _unusual(action: Action) -> dict[str, Any]:
    usual = {field.name: field.default for field in fields(action)}
    return {name: value for name, value in asdict(action).items() if value != usual[name]}
