"""The numbers of one station's envelopes: what is missing, and where its history forks.

A station numbers its envelopes 1, 2, 3 ... in each incarnation, and the first of an incarnation
names the last of the one before (``pred``). So the county knows of envelopes that never came, and
a cloned or restored PC shows as a point of the chain that has two successors.

Source: docs/protocol.md section 4.2.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Point = tuple[bytes, int]
"""Incarnation and number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Numbers of one incarnation, both ends included."""

    incarnation: bytes
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What is known of one station's numbers."""

    minted: int  # envelopes that the station has sealed, as far as is known
    missing: tuple[Span, ...]
    forks: int


def follow(spans: Iterable[Span], starts: Sequence[Point | None], twice: int) -> Chain:
    """Put together what one station's envelopes say.

    Args:
        spans: numbers that are here, without overlaps.
        starts: the pred of each incarnation whose first envelope is here.
        twice: numbers under which two different envelopes are here.
    """
    held: dict[bytes, list[Span]] = {}
    for span in spans:
        held.setdefault(span.incarnation, []).append(span)
    highest = {name: max(span.last for span in of) for name, of in held.items()}
    for incarnation, last in filter(None, starts):
        highest[incarnation] = max(last, highest.get(incarnation, 0))
    successors = Counter(starts)
    for point in successors:
        if point is not None and highest[point[0]] > point[1]:
            successors[point] += 1  # the incarnation itself went on
    missing = [
        gap for name in sorted(highest) for gap in _gaps(name, held.get(name, []), highest[name])
    ]
    return Chain(
        minted=sum(highest.values()),
        missing=tuple(missing),
        forks=twice + sum(count > 1 for count in successors.values()),
    )


def _gaps(incarnation: bytes, spans: Sequence[Span], highest: int) -> Iterable[Span]:
    expected = 1
    for span in sorted(spans, key=lambda span: span.first):
        if span.first > expected:
            yield Span(incarnation=incarnation, first=expected, last=span.first - 1)
        expected = span.last + 1
    if expected <= highest:
        yield Span(incarnation=incarnation, first=expected, last=highest)
