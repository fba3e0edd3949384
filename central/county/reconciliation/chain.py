"""The numbers of one station's envelopes: what is missing, and where its history forks.

A station numbers its envelopes 1, 2, 3 ... in each incarnation, and the first of an incarnation
names the last of the one before (``pred``). So the county knows of envelopes that never came, and
a cloned or restored PC shows as a point of the chain that has two successors.

Source: docs/protocol.md section 4.2.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from central.county.reconciliation.calls import MissingNumbers
from protocol.json_values import ABSENT

Point = tuple[bytes, int]
"""Incarnation and number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Numbers of one incarnation, both ends included."""

    incarnation: bytes
    first: int
    last: int


class Why(Enum):
    """Why numbers are missing."""

    NOT_ARRIVED = "not-arrived"  # still at the station, or on its way
    BRANCH = "branch"  # the station went on from before it: a lost disk, or a second PC
    DEFERRED = "set-aside"  # a node on the way says that it is stuck there
    FAILED_INSIDE = "stumbled"  # it came, and this program failed on it


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why one number is missing, and who says so."""

    why: Why
    code: str = ""  # of protocol/errors
    node: str = ""
    at_ms: int | None = None  # by that node's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Numbers that are missing for one reason."""

    span: Span
    reason: Reason

    def told(self) -> MissingNumbers:
        """For the ``ledger`` command (docs/operations.md)."""
        reason = self.reason
        return MissingNumbers(
            incarnation=self.span.incarnation.hex(),
            from_=self.span.first,
            to=self.span.last,
            why=reason.why.value,
            code=reason.code or ABSENT,
            at_ms=reason.at_ms if reason.code else ABSENT,
            node=reason.node or ABSENT,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What is known of one station's numbers."""

    sealed_count: int  # envelopes that the station has sealed, as far as is known
    missing: tuple[Span, ...]
    forks: int
    left: Mapping[bytes, int]  # incarnations that were left, and the number it was left at

    def explain(self, known: Mapping[Point, Reason]) -> list[Gap]:
        """Every missing number with its reason; neighbours with the same one together.

        Args:
            known: what is said of single numbers.
        """
        return [gap for span in self.missing for gap in self._explain(span, known)]

    def _explain(self, span: Span, known: Mapping[Point, Reason]) -> Iterable[Gap]:
        name = span.incarnation
        told = sorted(at for said, at in known if said == name and span.first <= at <= span.last)
        expected = span.first
        for at in told:
            if at > expected:
                yield self._plain(replace(span, first=expected, last=at - 1))
            yield Gap(span=replace(span, first=at, last=at), reason=known[name, at])
            expected = at + 1
        if expected <= span.last:
            yield self._plain(replace(span, first=expected))

    def _plain(self, span: Span) -> Gap:
        """An incarnation that another names as ended earlier lives on in a copy, or was lost."""
        ended = self.left.get(span.incarnation)
        why = Why.BRANCH if ended is not None and span.first > ended else Why.NOT_ARRIVED
        return Gap(span=span, reason=Reason(why=why))


def follow(
    spans: Iterable[Span],
    starts: Sequence[Point | None],
    twice: int,
    *,
    pcs: int = 1,
    begun_again: int = 0,
) -> Chain:
    """Put together what one station's envelopes say.

    Args:
        spans: numbers that are here, without overlaps.
        starts: the pred of each incarnation whose first envelope is here.
        twice: numbers under which two different envelopes are here.
        pcs: how many PCs have had the station's name, one after the other: each begins anew.
        begun_again: chains that one key has begun beside its first: a PC set back to before that.
    """
    held: dict[bytes, list[Span]] = {}
    for span in spans:
        held.setdefault(span.incarnation, []).append(span)
    highest = {name: max(span.last for span in of) for name, of in held.items()}
    for incarnation, last in filter(None, starts):
        highest[incarnation] = max(last, highest.get(incarnation, 0))
    successors = Counter(starts)
    forked = successors.pop(None, 0) > pcs or begun_again > 0
    for point in successors:
        if point is not None and highest[point[0]] > point[1]:
            successors[point] += 1  # the incarnation itself went on
    missing = [
        gap for name in sorted(highest) for gap in _gaps(name, held.get(name, []), highest[name])
    ]
    return Chain(
        sealed_count=sum(highest.values()),
        missing=tuple(missing),
        forks=twice + forked + sum(count > 1 for count in successors.values()),
        left=_left(starts),
    )


def _left(starts: Iterable[Point | None]) -> dict[bytes, int]:
    left: dict[bytes, int] = {}
    for name, last in filter(None, starts):
        left[name] = min(last, left.get(name, last))
    return left


def _gaps(incarnation: bytes, spans: Sequence[Span], highest: int) -> Iterable[Span]:
    expected = 1
    for span in sorted(spans, key=lambda span: span.first):
        if span.first > expected:
            yield Span(incarnation=incarnation, first=expected, last=span.first - 1)
        expected = span.last + 1
    if expected <= highest:
        yield Span(incarnation=incarnation, first=expected, last=highest)
