"""The connections that a line has seen open: what a modem forgets when it dials anew."""

from dataclasses import dataclass, field

from bench.link.packet import Segment

_HALF = 1 << 31

Ends = tuple[tuple[bytes, int], tuple[bytes, int]]


@dataclass(slots=True)
class Flows:
    """Knows connections by their first packet."""

    _known: set[Ends] = field(default_factory=set)
    _next: dict[Ends, int] = field(default_factory=dict)  # highest sequence number seen, by sender
    opened: int = 0  # connections asked for, each counted once
    turns: int = 0  # payload of the one who is called after payload of the caller
    _last: bytes = b""  # who sent payload last
    _called: bytes = b""  # who is called
    payload: dict[bytes, int] = field(default_factory=dict)  # bytes by sender, repeats left out

    def refusal(self, segment: Segment) -> bytes | None:
        """The answer to a packet of a connection that is not known; None if it may pass."""
        ends = _ends(segment)
        if segment.opens:
            self._called = segment.target[0]
            self.opened += ends not in self._known
            self._known.add(ends)
        if ends in self._known:
            self._note(segment)
            return None
        return b"" if segment.resets else segment.reset()

    def forget(self) -> None:
        """From now on every connection of before is dead."""
        self._known.clear()
        self._next.clear()

    def clear_counts(self) -> None:
        """Count from nothing; the connections stay known."""
        self.opened = self.turns = 0
        self._last = b""
        self.payload.clear()

    def _note(self, segment: Segment) -> None:
        way, sender = (segment.source, segment.target), segment.source[0]
        if segment.size and sender != self._last:
            self.turns += sender == self._called and bool(self._last)
            self._last = sender
        before = self._next.get(way)
        if before is None:
            self._next[way] = segment.ends_at
            return
        fresh = (segment.ends_at - before) % (2 * _HALF)
        if 0 < fresh < _HALF:
            self._next[way] = segment.ends_at
            self.payload[sender] = self.payload.get(sender, 0) + min(fresh, segment.size)


def _ends(segment: Segment) -> Ends:
    """The same for both directions."""
    first, second = sorted((segment.source, segment.target))
    return first, second
