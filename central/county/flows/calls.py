"""What can be asked of the life of cases; light, for commands that must not load the county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from central.county.casework.calls import Decide, Decided
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLife:
    """Ask for the life of one case."""

    case: str  # case number, number of a block, or application id


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Do something with a case."""

    case: str  # case number, number of a block, or application id
    action: str  # of the table: accept
    note: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)  # of the event, by name
    attach: Sequence[Path] = ()  # files that its station gets with it
    by: str = ""  # account; empty: whoever asks
    seen: int = 0  # number of the last event that was seen; 0: whatever it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event, as people read it."""

    n: int
    kind: str
    at: str  # local time of the county, as 2027-01-04T09:14:00+08:00
    by: str  # empty: by itself
    right: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueShown:
    """When the limits of a case end; empty: no such limit runs."""

    promised: str = ""  # day, or minute, as 2027-01-14; of a provisional date the citizen's
    legal: str = ""
    provisional: bool = False  # the arrangement of holidays is not there yet
    why: Sequence[str] = ()  # of the most urgent of both, day by day, in Chinese


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitShown:
    """A limit that runs in a case."""

    what: str  # of protocol.casework.clocks.What
    name: str  # of the node, department, procedure or paper
    due: str  # the handler's: the earlier one of a provisional date
    latest: str  # the citizen's
    provisional: bool
    why: Sequence[str]  # day by day, in Chinese


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How far a case has got, and what may be done with it."""

    case: str  # number
    application: str  # id in hex
    item: str
    state: str
    node: str  # id of the flow's node; empty: before acceptance
    holder: str  # account; empty: nobody's
    enabled: Sequence[str]  # actions
    due: DueShown
    light: str  # of protocol.casework.lights.Light
    limits: Sequence[LimitShown]  # that run, the most urgent first
    events: Sequence[Happened]


LIFE = Call("county.case-life", CaseLife, Life, reads=True)
ACT = Call("county.act", Act, Life)
DECIDE = Call("county.decide", Decide, Decided)
