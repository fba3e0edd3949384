"""How often a code may be guessed: ten times at once, then once a minute, and the county is told.

A stranger with a found kit can make the right PC wait while he goes on; he can't shut it out
without the county hearing of it, and a new kit (``invite-again``) is one that he does not have.

Source: docs/protocol.md section 10.3.
"""

from protocol.errors import CodeBlockedError
from protocol.ids import NodeId
from protocol.limits import CODE_PAUSE_S, MAX_CODE_TRIES
from protocol.ports import Clock


class Guesses:
    """Who must wait before another code is looked at. Lives in memory; no clock decides."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[NodeId, float] = {}

    def require_turn(self, node: NodeId) -> None:
        """Raise CodeBlockedError while ``node`` must wait."""
        left_s = self._until_s.get(node, 0.0) - self._clock.ticks_s()
        if left_s > 0:
            raise CodeBlockedError(f"{round(left_s)} s")
        self._until_s.pop(node, None)

    def wrong(self, node: NodeId, tries: int) -> None:
        """Another wrong one; ``tries`` of them by now."""
        if tries >= MAX_CODE_TRIES:
            self._until_s[node] = self._clock.ticks_s() + CODE_PAUSE_S

    def forget(self, node: NodeId) -> None:
        """The node has a new kit."""
        self._until_s.pop(node, None)
