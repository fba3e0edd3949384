"""The exchanges that children have open at one endpoint, and which of them have said Hello."""

from aiohttp import web

from protocol.ids import NodeId
from runtime.line.conversation import Conversation


class RunningExchanges:
    """Of one endpoint; a node has at most two open."""

    def __init__(self) -> None:
        self._open: dict[NodeId, list[web.Request]] = {}  # without a Hello included, oldest first
        self._said_hello: dict[NodeId, tuple[Conversation, web.Request]] = {}
        self._closing = False

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, peer: NodeId) -> bool:
        return peer in self._open

    def callers(self) -> list[tuple[web.Request, Conversation]]:
        """Who has said Hello, and the exchange with each."""
        return [(request, conversation) for conversation, request in self._said_hello.values()]

    def enter(self, peer: NodeId, request: web.Request) -> None:
        """``peer`` calls, perhaps again: then what it has open is dead to it.

        One that has said Hello may still store what has come, when the new one says Hello, too;
        any other ends now.
        """
        _, greeted = self._said_hello.get(peer, (None, None))
        for before in self._open.get(peer, []):
            if before is not greeted and before.transport is not None:
                before.transport.abort()
        self._open.setdefault(peer, []).append(request)

    def leave(self, peer: NodeId, request: web.Request) -> bool:
        """An exchange is over; whether ``peer`` has none open now."""
        self._open[peer].remove(request)
        if self._open[peer]:
            return False
        del self._open[peer]
        return True

    def said_hello(self, peer: NodeId, request: web.Request, conversation: Conversation) -> None:
        """The exchange with ``peer`` is this one now."""
        if before := self._said_hello.get(peer):
            before[0].stop()  # the child has called again: that line is dead to it
        self._said_hello[peer] = conversation, request
        if self._closing:
            conversation.stop()

    def is_over(self, peer: NodeId, request: web.Request) -> None:
        """The exchange on ``request`` has ended, however it did."""
        if self._said_hello.get(peer, (None, None))[1] is request:
            del self._said_hello[peer]

    def make_room(self) -> None:
        """End an exchange that is only kept open."""
        resting = (one for one, _ in self._said_hello.values() if one.resting)
        if (conversation := next(resting, None)) is not None:
            conversation.stop()

    def stop(self) -> None:
        """Let every running exchange end in order: what is stored is acknowledged."""
        for conversation, _ in self._said_hello.values():
            conversation.stop()

    def close(self) -> None:
        """The same for those that are still to come: the program ends."""
        self._closing = True
        self.stop()
