"""One direction of a line, without any I/O: what goes in comes out late, or not at all.

A packet waits for those before it, takes its size divided by the rate to send, and then travels
for the delay. What is lost on the way has taken its time to send all the same. The order stays.
"""

import random
from collections import deque
from dataclasses import dataclass

from bench.link.plan import Direction

_BYTE = 8  # bits


@dataclass(slots=True)
class Count:
    """What came to one end of a line."""

    packets: int = 0
    bytes: int = 0  # handed to the line
    carried_bytes: int = 0  # of those, what took time to send; the rest was dropped
    dropped: int = 0  # packets that found the queue full, or the line down
    lost: int = 0  # packets that vanished on the way


class Pipe:
    """Give it packets by :meth:`push`, fetch them by :meth:`due`; ``now_s`` never falls.

    Args:
        resend: a lost packet is not gone, but sent again after a round trip, and those behind it
            wait; this is what a reader of a TCP stream sees of a loss.
    """

    def __init__(self, direction: Direction, rng: random.Random, *, resend: bool = False) -> None:
        self._direction, self._rng, self._resend = direction, rng, resend
        self._free_s = 0.0  # when the last packet will be sent
        self._last_s = 0.0  # when the last one will be there
        self._queue: deque[tuple[float, int]] = deque()  # sent at, size
        self._queued = 0
        self._flying: deque[tuple[float, bytes]] = deque()
        self.count = Count()

    @property
    def last_s(self) -> float:
        """When the last packet that was handed over comes out."""
        return self._last_s

    @property
    def next_s(self) -> float | None:
        """When the next packet comes out; None if none is on its way."""
        return self._flying[0][0] if self._flying else None

    def queued_bytes(self, now_s: float) -> int:
        """Bytes that are not sent yet."""
        while self._queue and self._queue[0][0] <= now_s:
            self._queued -= self._queue.popleft()[1]
        return self._queued

    def push(self, packet: bytes, now_s: float, *, size: int | None = None) -> None:
        """Hand over a packet; ``size`` if it counts as more bytes than it has."""
        size = len(packet) if size is None else size
        self.count.packets += 1
        self.count.bytes += size
        if self.queued_bytes(now_s) + size > self._direction.queue_bytes:
            self.count.dropped += 1
            return
        self._send(size, now_s)
        arrives_s = self._free_s + self._direction.delay_s
        if self._rng.random() < self._direction.loss:
            self.count.lost += 1
            if not self._resend:
                return
            self._send(size, now_s)
            arrives_s = self._free_s + 3 * self._direction.delay_s
        self._last_s = max(self._last_s, arrives_s)
        self._flying.append((self._last_s, packet))

    def swallow(self, size: int) -> None:
        """A packet that was handed over while the line was down."""
        self.count.packets += 1
        self.count.bytes += size
        self.count.dropped += 1

    def due(self, now_s: float) -> list[bytes]:
        """The packets that have come out by now."""
        out = []
        while self._flying and self._flying[0][0] <= now_s:
            out.append(self._flying.popleft()[1])
        return out

    def clear(self, now_s: float) -> None:
        """Lose everything that is on its way; what still stood in the queue took no time."""
        self.count.carried_bytes -= self.queued_bytes(now_s)
        self._flying.clear()
        self._queue.clear()
        self._queued = 0
        self._free_s = self._last_s = 0.0

    def _send(self, size: int, now_s: float) -> None:
        self.count.carried_bytes += size
        if self._direction.rate_bit_s is None:
            self._free_s = now_s
            return
        self._free_s = max(now_s, self._free_s) + size * _BYTE / self._direction.rate_bit_s
        self._queue.append((self._free_s, size))
        self._queued += size
