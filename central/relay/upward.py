"""Upward: numbered words of the nodes below, and which of them the parent has not taken yet."""

from collections.abc import Collection

from protocol.ids import NodeId


class Upward:
    """The newest word of each node, in memory; whoever must not lose them stores them as well."""

    def __init__(self) -> None:
        self._newest: dict[NodeId, tuple[int, bytes]] = {}
        self._told: dict[NodeId, int] = {}

    def note(self, node: NodeId, number: int, word: bytes) -> bool:
        """Keep it if it is newer than what is known; whether it is."""
        known, _ = self._newest.get(node, (0, b""))
        if number <= known:
            return False
        self._newest[node] = (number, word)
        return True

    def untold(self) -> dict[NodeId, bytes]:
        """What the parent has not taken yet."""
        return {
            node: word
            for node, (number, word) in self._newest.items()
            if number > self._told.get(node, 0)
        }

    def told(self, words: Collection[bytes]) -> None:
        """The parent has taken these."""
        for node, (number, word) in self._newest.items():
            if word in words:
                self._told[node] = number

    def forget_told(self) -> None:
        """The parent has another database now: it may know nothing of them."""
        self._told.clear()
