"""What other processes of a county ask of its lead; commands are passed on as they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from protocol.trust.enrolment import JoinParcel
from protocol.trust.renewal import RenewalRequest
from runtime.control.calls import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit:
    """A node asks to join, at another process."""

    parcel: JoinParcel


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew:
    """A node asks for new keys."""

    request: RenewalRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Certify:
    """A node asks for a certificate of the keys that it has."""

    node: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """A node has shown the signing key ``shown``."""

    node: str
    shown: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveAhead:
    """Nodes may hold rosters that are newer than ours."""

    by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """An entry for the record."""

    actor: str
    action: str
    subject: str = ""
    outcome: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


ADMIT = Call("lead.admit", Admit, bytes)
RENEW = Call("lead.renew", Renew, bytes)
CERTIFY = Call("lead.certify", Certify, bytes)
SETTLE = Call("lead.settle", Settle, bool)
MOVE_AHEAD = Call("lead.move-ahead", MoveAhead, bool)
NOTE = Call("lead.note", Note, bool)
