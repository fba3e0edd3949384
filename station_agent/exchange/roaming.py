"""The roaming reporter: tells whom we call that we are there now; our answers come by this path.

The numbers only grow: counted on with each move, and lifted to trusted time, so that a PC which
was set back to an old copy does not stay below what it has said before. Until a parent has told
the time this process knows only what its disk says; so it gives its word once more after that,
and whenever the county is asked about what waits: whoever was set back may have forgotten it.

Source: docs/protocol.md section 9.5.
"""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.envelope.keys import Signer
from protocol.ids import NodeId
from protocol.trust.reports.roaming import sign_roaming_report
from protocol.trust.roster import Role, Roster
from protocol.trust.trusted_clock import TrustedClock


@dataclass(slots=True, kw_only=True)
class RoamingReporter:
    """Signs a word at each move; the same one is shown until the next move."""

    node: NodeId
    signer: Signer
    roster: Callable[[], Roster]
    trusted: TrustedClock
    _at: NodeId | None = None
    _number: int = 0
    _timed: bool = False  # a parent had told this process the time when the word was signed
    _word: bytes = b""

    def say_again(self) -> None:
        """Give the next Hello a word of a higher number, whoever lost the one before."""
        self._at = None

    def is_guest(self, at: NodeId) -> bool:
        """Whether ``at`` is another hub than ours: what it has heard of the county may be old."""
        nodes = self.roster().nodes
        me, host = nodes.get(self.node), nodes.get(at)
        return me is not None and me.parent != at and host is not None and host.role is Role.HUB

    def words(self, at: NodeId) -> tuple[bytes, ...]:
        """What goes into a Hello to ``at``; nothing if we have no other path than our parent."""
        me = self.roster().nodes.get(self.node)
        if me is None or not me.others:
            return ()
        if at != self._at or self._timed is not self.trusted.heard:
            self._number = max(self._number + 1, self.trusted.number())
            self._at, self._timed = at, self.trusted.heard
            self._word = sign_roaming_report(self.signer, self.node, at, self._number)
        return (self._word,)
