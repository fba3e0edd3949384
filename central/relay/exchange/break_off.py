"""What is known of whether an exchange broke off: the last one with a neighbour, and this one."""

from sqlalchemy.ext.asyncio import AsyncSession

from central.relay.exchange.neighbours import Link, note_pushing
from central.relay.exchange.peer import Peer
from protocol.exchange.unacknowledged import UnacknowledgedBook, UnacknowledgedPushes


class BreakOff:
    """Of one exchange."""

    def __init__(self, peer: Peer, book: UnacknowledgedBook) -> None:
        """``book`` outlives exchanges: it has what of the last one was not acknowledged."""
        self._peer, self._book = peer, book
        self.pushes = UnacknowledgedPushes(b"")  # of this exchange
        self.is_dirty = False  # something was pushed, then or now, and not all was acknowledged
        self._forgets = False  # the peer is told that nothing of its items was seen
        self._begins = False  # to be noted with the next read that something is pushed

    @property
    def last(self) -> UnacknowledgedPushes:
        """What of the last exchange was not acknowledged."""
        return self._book.last(self._peer.node)

    def read(self, link: Link) -> None:
        """How the last one ended."""
        self.is_dirty, self._forgets = link.dirty, link.forgets

    def begin(self, pushes: UnacknowledgedPushes) -> None:
        """From now on this exchange may break off."""
        self.pushes = pushes
        self.is_dirty = self._begins = True

    async def note(self, session: AsyncSession) -> None:
        """Put on disk that it has begun, if that is not there yet."""
        if self._begins:
            await note_pushing(session, self._peer.node, self.pushes.exchange)

    def noted(self) -> None:
        """That is on disk."""
        self._begins = False

    def end(self, *, clean: bool) -> dict[str, object]:
        """The exchange is over; what of the link is to change."""
        self._book.keep(self._peer.node, self.pushes)
        known: dict[str, object] = {"dirty": False} if clean and self.is_dirty else {}
        if clean and self._forgets:
            known["forgets"] = False
        return known
