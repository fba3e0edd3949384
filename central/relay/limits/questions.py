"""Who may ask for the roster now: a node seldom, and few nodes at once.

An answer may be the whole roster, some hundred kilobytes, and also a withdrawn node may ask. An
honest one asks after a failed exchange, and waits longer each time.

Source: docs/protocol.md section 8.9.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from protocol.errors import BusyError
from protocol.ids import NodeId
from protocol.limits import MAX_ROSTER_ANSWERS, ROSTER_ASK_S
from protocol.ports import Clock


class RosterQuestions:
    """Counts those that are being answered, and remembers when each node was."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked_s: dict[NodeId, float] = {}  # ticks; of nodes on the roster only
        self._answering: set[NodeId] = set()

    @contextmanager
    def of(self, node: NodeId) -> Iterator[None]:
        """Answer a question of ``node`` in here.

        Raises:
            BusyError: it has asked before, not long ago; or too many are being answered.
        """
        now_s = self._clock.ticks_s()
        before_s = self._asked_s.get(node)
        if node in self._answering or (before_s is not None and now_s - before_s < ROSTER_ASK_S):
            raise BusyError(f"{node} has just asked for the roster")
        if len(self._answering) >= MAX_ROSTER_ANSWERS:
            raise BusyError(f"{MAX_ROSTER_ANSWERS} ask for the roster")
        self._asked_s[node] = now_s
        self._answering.add(node)
        try:
            yield
        finally:
            self._answering.discard(node)
