"""What intake tells other capabilities of what has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from protocol.ids import EnvelopeId, NodeId
from protocol.trust.revocation import Point


class Verdict(Enum):
    """What became of an envelope."""

    CASE = "case"  # it opened a case
    FOLLOW_UP = "follow-up"  # it brought something that follows an application, or a letter
    CONTROL = "control"  # it asked the county for something, and was answered
    DUPLICATE = "duplicate"  # its application has a case already
    REVIEW = "review"  # its application waits in the review queue for a person
    AWAITING = "awaiting"  # only a newer program understands it: kept until there is one
    REJECTED = "rejected"  # it lies in quarantine, and its station was told why
    QUARANTINED = "quarantined"  # the same, but the station can't be written to


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """An envelope that brought an application, or what follows one."""

    envelope: EnvelopeId
    station: NodeId
    application: bytes  # or the id of what follows
    duplicate: bool

    @property
    def key(self) -> tuple[NodeId, bytes]:
        """Station and application."""
        return self.station, self.application


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers under which one station's envelopes have come, and what became of them."""

    spans: Sequence[tuple[bytes, int, int]]  # incarnation, first and last of a run without a gap
    starts: Sequence[Point | None]  # what each first envelope names as the last before it
    twice: int  # numbers under which different envelopes have come
    begun_again: int  # chains that a key has begun beside its first one
    verdicts: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """What a node on the way, or this county, says of an envelope whose number is known."""

    point: Point
    code: str
    node: NodeId  # who says so
    at_ms: int  # by its clock
