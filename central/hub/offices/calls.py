"""What can be asked of a township's office; light, for commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class AskKey:
    """Ask the county to seal cases for this office."""

    name: str = ""  # who asks; empty: whoever calls
    anew: bool = False  # with another key than before


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAsked:
    """What to read out to the county by telephone."""

    hub: str
    key: str  # its name, in hex
    code: str
    words: str  # the ten words of the key


@dataclass(frozen=True, slots=True, kw_only=True)
class ListCases:
    """Ask for the office's cases."""

    owned: bool = True  # those that it goes on with; else those that it had


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListed:
    """A case in a list: nothing of a person."""

    case: str
    item: str
    station: str
    village: str  # name of the station
    state: str
    due: str
    given_ms: int
    owned: bool
    confirmed: bool  # the county has all that was done
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesListed:
    """The office's cases."""

    cases: Sequence[CaseListed]
    more: bool  # than are shown
    key: str  # none, waits (for the county to approve it), approved
    words: str  # the ten words of the newest key; empty: there is none
    kept_days: int  # a copy of a case that was given back is kept so long


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCase:
    """Ask for one case."""

    case: str  # its number


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event, as people read it."""

    n: int
    kind: str
    at_ms: int
    by: str
    right: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperShown:
    """A file of a case."""

    material: str  # as people call it
    name: str
    size: int
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsShown:
    """What came for a case while it was here."""

    about: str  # supplement, withdrawal, contact, ...; another: an application beside it
    came_ms: int  # to the county
    said: Mapping[str, Any]  # the subject, as its record; empty of another application
    clerk: str
    case: str  # number of the other application's case
    papers: Sequence[PaperShown]
    first: int  # position of its first paper among all


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCaseShown:
    """All of one case."""

    listed: CaseListed
    application: str
    given: str  # number on the slip
    form: str  # JSON
    schema: Mapping[str, Any]
    papers: Sequence[PaperShown]
    news: Sequence[NewsShown]
    n: int  # number of the last event
    node: str  # name of the node at which it stands
    holder: str
    enabled: Sequence[str]  # actions that whoever asks may do
    refused: str  # why they may not do another that is possible; empty: none
    events: Sequence[Happened]
    said: str  # by the county, where it took the case back


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAtOffice:
    """Do something with a case."""

    case: str
    action: str
    note: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    by: str = ""  # in whose name; empty: whoever calls
    seen: int = 0  # number of the last event that was seen; 0: whatever it is


ASK_KEY = Call("hub.office-request", AskKey, KeyAsked)
CASES = Call("hub.office-cases", ListCases, CasesListed, reads=True)
CASE = Call("hub.office-case", ShowCase, OfficeCaseShown, reads=True)
ACT = Call("hub.office-act", ActAtOffice, OfficeCaseShown)
