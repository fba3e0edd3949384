"""What the API takes and gives, beside what calls of the county are made of already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from central.county.casework.calls import CaseLine, CaseShown
from central.county.flows.calls import DueShown, Happened, LimitShown
from protocol.envelope.payloads import Outcome
from protocol.records.corrections import FieldFault


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Cases, newest first; fewer than asked for where the token sees not all."""

    cases: Sequence[CaseLine]
    after: str  # for the next page; empty: this was the last


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswer:
    """All of one case: how far it has got, and what it says."""

    case: str  # number
    application: str  # id in hex
    item: str
    state: str
    node: str
    holder: str
    enabled: Sequence[str]  # actions
    due: DueShown
    light: str
    limits: Sequence[LimitShown]
    events: Sequence[Happened]
    shown: CaseShown


@dataclass(frozen=True, slots=True, kw_only=True)
class ActBody:
    """How something is done with a case."""

    note: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)  # of the event, by name
    seen: int = 0  # number of the last event that was seen; 0: whatever it is


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBody:
    """A decision, or what is to be corrected."""

    outcome: Outcome
    note: str  # the citizen reads it
    faults: Sequence[FieldFault] = ()
    until: str = ""  # of a correction: the last day for it, as 2027-01-31; empty: none


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Where a case stands after it; nothing of a person, so that it can be kept."""

    case: str
    state: str
    n: int  # number of its last event: the next ``seen``
    enabled: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item of the newest release."""

    item: str  # its id
    name: str
    version: int
    department: str
    task_code: str  # of the national catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """Items in the order of their ids."""

    release: int
    items: Sequence[ItemLine]
    after: str  # for the next page; empty: this was the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why something was not done."""

    code: str  # docs/errors.md
    words: str  # in Chinese
    next: str  # what to do
